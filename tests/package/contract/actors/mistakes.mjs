/** What an actor's own code gets wrong is told, and harms nothing that is stored. */
import { everyNEvents, recover } from '../../actor-journal.mjs';
import { equal, ok, refused, thrown } from '../../assert.mjs';
import { contents } from '../../events.mjs';
import { complaints, failing, Gate, look, Stage, Sum, throwing } from './stage.mjs';

const wrongRetentions = [() => 'Keep', () => undefined, async () => 'keep'];
const wrongPolicies = [() => 100, () => () => undefined, () => async () => false];

/** An object that cannot even be asked what it is. */
function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Errors of which nothing can be told. */
const mute = [Object.create(null), { toString: throwing('no text') }, revoked()];

export const mistakes = {
  async 'a wrong retention deletes nothing'(room) {
    for (const [n, retention] of wrongRetentions.entries()) {
      const stage = new Stage(room);
      const ref = stage.spawn({ snapshotPolicy: () => everyNEvents(2), retention }, { id: `kept-${n}` });
      const lines = await complaints(async () => equal([await ref.ask(1), await ref.ask(2)], [1, 3]));
      ok(lines.length === 1 && /retention: what it returns must be "keep" or "compact"/.test(lines[0]), lines.join('\n'));
      equal(contents(await stage.journal.read(`kept-${n}`, 1)), [1, 2]);
      await stage.system.terminate();
    }
  },

  async 'a wrong snapshot policy saves nothing'(room) {
    for (const [n, snapshotPolicy] of wrongPolicies.entries()) {
      const stage = new Stage(room);
      const ref = stage.spawn({ snapshotPolicy }, { id: `asked-${n}` });
      const lines = await complaints(async () => equal(await ref.ask(1), 1));
      ok(lines.length === 1 && /snapshotPolicy: .* must be/.test(lines[0]), lines.join('\n'));
      equal(await stage.snapshotStore.loadLatest(`asked-${n}`), undefined);
      await stage.system.terminate();
    }
  },

  async 'tags that are none store nothing'(room) {
    for (const [n, tagsFor] of [() => 'gift', async () => ['gift'], () => ['a,b']].entries()) {
      const stage = new Stage(room);
      const ref = stage.spawn({ tagsFor }, { id: `tagged-${n}` });
      await refused(ref.ask(1), 'invalid-argument', /tagsFor: what it returns/);
      equal([await ref.ask(look), await stage.journal.highestSeq(`tagged-${n}`), stage.made], [0, 0, 1]);
      await stage.system.terminate();
    }
  },

  async 'an entry of an adapter that is none stores nothing'(room) {
    const wrong = [
      [(event) => ({ event, tags: 'gift' }), /toJournal returns: tags must be an array, not "gift"/],
      [() => undefined, /toJournal returns must be a value, at once, not undefined/],
      [async (event) => ({ event }), /toJournal returns must be a value, at once/],
      [() => 5, /toJournal returns must be an object, not 5/],
    ];
    for (const [n, [toJournal, message]] of wrong.entries()) {
      const stage = new Stage(room);
      const ref = stage.spawn({ eventAdapter: () => ({ toJournal, fromJournal: ({ event }) => [event] }) }, { id: `given-${n}` });
      await refused(ref.ask(1), 'invalid-argument', message);
      equal([await ref.ask(look), await stage.journal.highestSeq(`given-${n}`), stage.made], [0, 0, 1]);
      await stage.system.terminate();
    }
  },

  async 'an adapter that is none is refused at spawn'(room) {
    const stage = new Stage(room);
    for (const adapter of ['eventAdapter', 'snapshotAdapter']) {
      const wrong = () => stage.spawn({ [adapter]: () => ({}) });
      thrown(wrong, 'invalid-argument', new RegExp(`${adapter}: what it returns must be an adapter with toJournal`));
    }
    await stage.system.terminate();
  },

  async 'what an adapter reads must be events'(room) {
    const stage = new Stage(room);
    const adapter = { toJournal: (event) => ({ event }), fromJournal: ({ event }) => event };
    const ref = stage.spawn({ eventAdapter: () => adapter, onRecoveryFailure() {} });
    const { cause } = await failing(ref.ask(1), 'stored');
    const message = /eventAdapter: what fromJournal returns must be an array, not 1/;
    await refused(Promise.reject(cause), 'invalid-argument', message);
    await refused(Promise.reject((await failing(ref.ask(look), 'not-recovered')).cause), 'invalid-argument', message);
    equal(await stage.recovered(), 1);
    await stage.system.terminate();
  },

  async 'a state that is none is refused'(room) {
    const stage = new Stage(room);
    const lines = await complaints(async () => {
      const ref = stage.spawn({ initialState: async () => 0 });
      const error = await failing(ref.ask(look), 'not-recovered');
      ok(/initialState: what it returns must be a value, at once/.test(error.message), error.message);
    });
    equal(lines.length, 1);
    await stage.system.terminate();
  },

  async 'what a snapshot adapter gives must be states'(room) {
    const stage = new Stage(room);
    const keeping = { toJournal: (state) => ({ state }), fromJournal: ({ state }) => state };
    const adapted = (wrong) => ({ snapshotAdapter: () => ({ ...keeping, ...wrong }), onRecoveryFailure() {} });
    for (const [n, toJournal] of [() => undefined, async (state) => ({ state }), () => 5].entries()) {
      const ref = stage.spawn(adapted({ toJournal }), { id: `given-${n}` });
      const lines = await complaints(() => ref.ask((actor) => (actor.persist(1), actor.saveSnapshot())));
      ok(lines.length === 1 && /snapshotAdapter: what toJournal returns must be/.test(lines[0]), lines.join('\n'));
      equal(await stage.snapshotStore.loadLatest(`given-${n}`), undefined);
    }
    await stage.snapshotStore.save('given-0', 1, 1);
    await stage.system.terminate();
    for (const fromJournal of [() => undefined, async ({ state }) => state]) {
      const { cause } = await failing(stage.recovered(adapted({ fromJournal }), 'given-0'), 'not-recovered');
      await refused(Promise.reject(cause), 'invalid-argument', /snapshotAdapter: what fromJournal returns must be a value, at once/);
    }
  },

  async 'a fold that gives no state is told at the event'(room) {
    for (const [n, onEvent] of [() => undefined, async (state, event) => state + event].entries()) {
      const stage = new Stage(room);
      const ref = stage.spawn({ onEvent, onRecoveryFailure() {} }, { id: `folded-${n}` });
      const { cause } = await failing(ref.ask(1), 'stored');
      ok(/onEvent: what it returns must be a value, at once/.test(cause.message), cause.message);
      equal(await stage.recovered({}, `folded-${n}`), 1);
      await stage.system.terminate();
    }
  },

  async 'what is persisted must be events, and what follows a function'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const wrong = [
      (actor) => actor.persistAll('ab'),
      (actor) => actor.persistAll(),
      (actor) => actor.persistAll([1], 'then'),
      (actor) => actor.persist(1, 'then'),
    ];
    for (const command of wrong) await refused(ref.ask(command), 'invalid-argument', /persist(All)?: (events|then)/);
    equal(await ref.ask(look), 0);
    await stage.system.terminate();
  },

  async 'a class that lacks a method is refused at spawn'(room) {
    const { system } = new Stage(room);
    for (const method of ['initialState', 'onEvent', 'onCommand']) {
      class Partial extends Sum {}
      Partial.prototype[method] = undefined;
      thrown(() => system.spawn(() => new Partial(), 'partial'), 'invalid-argument', new RegExp(`${method}\\(\\)`));
    }
    thrown(() => system.spawn(() => new Sum(), 'sum', null), 'invalid-argument', /options/);
    await system.terminate();
  },

  async 'a wrong time to wait for stops nothing'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    for (const name of ['sum', 'nobody']) await refused(stage.system.stop(name, 0), 'invalid-argument', /stop: timeoutMs/);
    await refused(stage.system.terminate(-5), 'invalid-argument', /terminate: timeoutMs/);
    equal([await ref.ask(1), await stage.spawn({}, { id: 'other' }).ask(2)], [1, 2]);
    await stage.system.terminate();
  },

  async 'a recovery of what cannot be recovered is refused'(room) {
    const journal = room.journal();
    const actor = new Sum();
    const wrong = [
      [[], /recover: actor must be an actor with/],
      [[{}, { journal }], /recover: actor must be an actor with/],
      [[actor], /recover: options must be an object/],
      [[actor, {}], /recover: journal must be a journal with/],
      [[actor, { journal: {} }], /recover: options: journal must be a journal with/],
      [[actor, { journal, snapshotStore: {} }], /recover: options: snapshotStore must be/],
    ];
    for (const [args, message] of wrong) {
      const recovering = recover(...args);
      await refused(recovering, 'invalid-argument', message);
    }
    equal(await recover(actor, { journal }), { state: 0, seq: 0 });
  },

  async 'stopping waits no longer than it is told to'(room) {
    const stage = new Stage(room);
    const gate = new Gate();
    const asked = stage.spawn().ask((actor) => gate.pass().then(() => actor.persist(1)));
    await gate.reached;
    await failing(stage.system.stop('sum', 1), 'timeout');
    await failing(stage.system.terminate(1), 'timeout');
    gate.open();
    await Promise.all([asked, stage.system.terminate()]);
    equal(contents(await stage.journal.read('sum', 1)), [1]);
  },

  async 'what is thrown may be anything, and nobody waits for ever'(room) {
    const stage = new Stage(room, { failurePolicy: 'stop' });
    for (const [n, error] of mute.entries()) {
      const fail = () => {
        throw error;
      };
      const behind = (actor) => actor.persist(1, fail);
      for (const [command, overrides] of [[fail], [behind], [look, { onRecoveryComplete: fail }]]) {
        await complaints(async () => {
          const ref = stage.spawn(overrides, { id: `sum-${n}` });
          const asked = [command, look].map((each) => ref.ask(each).then(() => 'answered', () => 'rejected'));
          equal(await Promise.all(asked), ['rejected', 'rejected']);
          ref.tell(look);
          await stage.system.stop(ref);
        });
      }
      equal([await stage.spawn({}, { id: `sum-${n}` }).ask(look), stage.system.active], [1, n + 1]);
    }
    await stage.system.terminate();
  },

  async 'what a command fails with behind its time-out is reported'(room) {
    const stage = new Stage(room);
    const gate = new Gate();
    const lines = await complaints(async () => {
      const asked = stage.spawn().ask((actor) => gate.pass().then(() => actor.reject('too late')), 1);
      await failing(asked, 'timeout');
      gate.open();
      await stage.system.terminate();
    });
    ok(lines.length === 1 && /too late/.test(lines[0]), lines.join('\n'));
  },
};
