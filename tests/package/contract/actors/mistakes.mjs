/** What an actor's own code gets wrong is told, and harms nothing that is stored. */
import { everyNEvents } from '../../actor-journal.mjs';
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

  async 'a fold that gives no state is told at the event'(room) {
    for (const [n, onEvent] of [() => undefined, async (state, event) => state + event].entries()) {
      const stage = new Stage(room);
      const ref = stage.spawn({ onEvent, onRecoveryFailure() {} }, { id: `folded-${n}` });
      const { cause } = await failing(ref.ask(1), 'stored');
      ok(/onEvent: what it returns must be the next state, at once/.test(cause.message), cause.message);
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
