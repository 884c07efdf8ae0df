import { ActorRef, ActorSystem, everyNEvents, JournalError, migrations, PersistenceExtensionId } from '../../actor-journal.mjs';
import { equal, ok, refused, thrown } from '../../assert.mjs';
import { contents, range } from '../../events.mjs';
import { before, failingAppends, lostBefore, lostBehind, rejected } from './faults.mjs';
import { complaints, failing, Gate, look, pause, Stage, Sum, throwing } from './stage.mjs';

/** What a call throws. */
function failure(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const tooLate = (error) => /\(\) came too late/.test(error?.message);

export const own = {
  async 'an actor that comes back under another id is stopped, and nothing of the other is touched'(room) {
    const { system, journal } = new Stage(room);
    const ids = ['sum', 'other', 'other'];
    const ref = system.spawn(() => new Sum(ids.shift()), 'sum');
    equal(await ref.ask(1), 1);
    await failing(ref.ask(throwing('thrown')), undefined);
    const lines = await complaints(async () => {
      equal((await failing(ref.ask(2), 'not-recovered')).cause.code, 'invalid-argument');
    });
    ok(lines.length === 1 && /^"sum" was not recovered: .*persistenceId must be "sum", not "other"/.test(lines[0]), lines.join('\n'));
    await system.terminate();
    equal([await journal.highestSeq('sum'), await journal.highestSeq('other')], [1, 0]);
  },

  async 'a wrong argument is refused with what to pass instead'(room) {
    thrown(() => ActorSystem.create(''), 'invalid-argument', /name/);
    thrown(() => ActorSystem.create('test', { maxActive: 0 }), 'invalid-argument', /maxActive/);
    thrown(() => ActorSystem.create('test', { mailbox: 1 }), 'invalid-argument', /there is no "mailbox"/);
    const { system } = new Stage(room);
    const extension = system.extension(PersistenceExtensionId);
    thrown(() => extension.configure({}), 'invalid-argument', /journal with append\(\)/);
    thrown(() => extension.setJournal(new Map()), 'invalid-argument', /setJournal: journal/);
    thrown(() => extension.setSnapshotStore({}), 'invalid-argument', /setSnapshotStore/);
    thrown(() => system.spawn(new Sum(), 'sum'), 'invalid-argument', /spawn\(\(\) => new Account\('a'\), 'a'\)/);
    thrown(() => system.spawn(Sum, 'sum'), 'invalid-argument', /spawn\(\(\) => new Account\('a'\), 'a'\), not a class/);
    thrown(() => system.extension({}), 'invalid-argument', /extension: id/);
    thrown(() => system.spawn(() => ({}), 'sum'), 'invalid-argument', /must be a PersistentActor/);
    thrown(() => system.spawn(() => new Sum(''), 'sum'), 'invalid-argument', /persistenceId/);
    thrown(() => system.spawn(() => new Sum(), ''), 'invalid-argument', /name/);
    thrown(() => system.spawn(() => new Sum(), 'sum', { failurePolicy: 'ignore' }), 'invalid-argument', /failurePolicy/);
    thrown(() => system.spawn(() => new Sum(), 'sum', { passivateAfterMs: 2 ** 31 }), 'invalid-argument', /passivateAfterMs/);
    await refused(system.stop(system), 'invalid-argument', /stop: actor/);
    await system.stop('nobody');
    equal(system.active, 0);
  },

  async 'an actor needs a journal and a name that is free'(room) {
    const system = ActorSystem.create('bare');
    equal(failure(() => system.spawn(() => new Sum(), 'sum')).code, 'no-journal');
    system.extension(PersistenceExtensionId).setJournal(room.journal());
    const ref = system.spawn(() => new Sum(), 'sum');
    ok(ref instanceof ActorRef && ref.name === 'sum', 'a ref');
    equal(failure(() => system.spawn(() => new Sum('other'), 'sum')).code, 'name-taken');
    const lines = await complaints(() => ref.ask((actor) => (actor.persist(1), actor.saveSnapshot())));
    ok(lines.length === 1 && /no snapshot store/.test(lines[0]), lines.join('\n'));
    await system.terminate();
  },

  async 'a timeout that no timer keeps is refused, and nothing is sent'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    for (const timeout of [2 ** 31, Infinity, Number.NaN, 0, -1, 1.5, '1000', null]) {
      await refused(ref.ask(1, timeout), 'invalid-argument', /timeoutMs/);
    }
    equal(await ref.ask(5, 2 ** 31 - 1), 5);
    await stage.system.terminate();
    equal(contents(await stage.journal.read('sum', 1)), [5]);
  },

  async 'a command that is told and fails is reported'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const lines = await complaints(async () => {
      ref.tell((actor) => actor.reject(new Error('no, thanks')));
      await ref.ask(look);
    });
    ok(lines.length === 1 && /"sum" failed:.*no, thanks/.test(lines[0]), lines.join('\n'));
    await stage.system.terminate();
  },

  async 'an actor that throws when it is told of a failed recovery is reported'(room) {
    const initialState = throwing('no beginning');
    const hooks = [throwing('thrown by the hook'), async () => throwing('thrown by the hook')()];
    for (const onRecoveryFailure of hooks) {
      const lines = await complaints(async () => {
        const stage = new Stage(room);
        const error = await failing(stage.spawn({ initialState, onRecoveryFailure }).ask(1), 'not-recovered');
        ok(/no beginning/.test(error.message), error.message);
        await stage.system.terminate();
      });
      ok(lines.length === 1 && /onRecoveryFailure.*thrown by the hook/.test(lines[0]), lines.join('\n'));
    }
  },

  async 'an actor that throws when it is told of a failed snapshot is reported'(room) {
    const stage = new Stage(room);
    const onSnapshotFailure = throwing('thrown by the hook');
    const ref = stage.spawn({ snapshotPolicy: () => everyNEvents(1), onSnapshotFailure });
    await ref.ask(look);
    await stage.snapshotStore.close();
    const lines = await complaints(async () => equal([await ref.ask(1), await ref.ask(2)], [1, 3]));
    ok(lines.length === 2 && lines.every((line) => /onSnapshotFailure.*thrown by the hook/.test(line)), lines.join('\n'));
    await stage.system.terminate();
  },

  async 'a snapshot policy that throws is reported, and the state goes on'(room) {
    const lines = await complaints(async () => {
      const stage = new Stage(room);
      const ref = stage.spawn({ snapshotPolicy: () => throwing('thrown by the policy') });
      equal([await ref.ask(1), await ref.ask(2)], [1, 3]);
      await stage.system.terminate();
      equal(contents(await stage.journal.read('sum', 1)), [1, 2]);
    });
    ok(lines.length === 2 && lines.every((line) => /thrown by the policy/.test(line)), lines.join('\n'));
  },

  async 'an actor that sleeps behind a failed recovery can be stopped'(room) {
    let fail = true;
    const told = [];
    const highestSeq = (inner, id) => (fail ? Promise.reject(new JournalError('io', 'on purpose')) : inner.highestSeq(id));
    const stage = new Stage(room, { journal: before(room.journal(), { highestSeq }) });
    const ref = stage.spawn({ onRecoveryFailure: (error) => void told.push(error.code) });
    await failing(ref.ask(look), 'not-recovered');
    equal([told, stage.made, stage.system.active], [['io'], 4, 0]);
    fail = false;
    equal(await ref.ask(1), 1);
    fail = true;
    const failed = ref.ask(throwing('thrown')).catch(({ message }) => message);
    await failing(ref.ask(look), 'not-recovered');
    equal([await failed, stage.system.active], ['thrown', 0]);
    await stage.system.stop(ref);
    await failing(ref.ask(look), 'stopped');
    equal(told, ['io', 'io']);
    fail = false;
    equal(await stage.spawn().ask(2), 3);
    await stage.system.terminate();
  },

  async 'those that wait for their recovery without a command are not recovered to be stopped'(room) {
    const gate = new Gate();
    const recovered = [];
    const highestSeq = async (inner, id) => {
      recovered.push(id);
      await gate.pass();
      return inner.highestSeq(id);
    };
    const stage = new Stage(room, { journal: before(room.journal(), { highestSeq }), maxRecoveries: 1 });
    const refs = range(1, 5).map((n) => stage.spawn({}, { id: `sum-${n}` }));
    await gate.reached;
    const answer = refs[3].ask(1);
    const terminating = stage.system.terminate();
    gate.open();
    await terminating;
    equal([await answer, recovered, stage.system.active], [1, ['sum-1', 'sum-4'], 0]);
  },

  async 'a restart that cannot make an actor is reported and stops it'(room) {
    const stage = new Stage(room);
    let made = 0;
    const create = () => (made++ ? throwing('no second one')() : new Sum());
    const ref = stage.system.spawn(create, 'sum');
    const lines = await complaints(async () => {
      const failed = ref.ask(throwing('thrown')).catch((error) => error.message);
      const waiting = failing(ref.ask(1), 'not-recovered');
      equal([await failed, (await waiting).cause.message], ['thrown', 'no second one']);
    });
    ok(lines.length === 1 && /no second one/.test(lines[0]), lines.join('\n'));
    equal(await stage.spawn().ask(1), 1);
    await stage.system.terminate();
  },

  async 'what is asked for too late does not land in the next command'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    let first;
    await ref.ask((actor) => void (first = actor));
    const attempts = [() => first.persist(100), () => first.reply('late'), () => first.saveSnapshot()];
    let late;
    const { journal } = stage;
    const append = journal.append.bind(journal);
    // Before the actor goes on with the command whose event it is.
    journal.append = async (...batch) => {
      const written = await append(...batch);
      late = attempts.map(failure);
      return written;
    };
    equal(await ref.ask(2), 2);
    equal([late.map(tooLate), attempts.map(failure).map(tooLate)], Array(2).fill([true, true, true]));
    equal(contents(await stage.journal.read('sum', 1)), [2]);
    await stage.system.terminate();
  },

  async 'a command may ask also behind what it awaits, and in its callbacks'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const asking = async (actor) => {
      await pause();
      actor.persist(1, async () => {
        await pause();
        actor.persist(2, (sum) => actor.reply(sum));
      });
    };
    equal(await ref.ask(asking), 3);
    equal(contents(await stage.journal.read('sum', 1)), [1, 2]);
    await stage.system.terminate();
  },

  async 'a rejected append behind a stored one says that events are stored'(room) {
    const stored = (inner, ...args) => inner.append(...args);
    const stage = new Stage(room, { journal: failingAppends(room.journal(), stored, rejected) });
    const ref = stage.spawn();
    const twice = (actor) => (actor.persist(1), actor.persist(2), actor.persist(4));
    const error = await failing(ref.ask(twice), 'stored');
    equal([error.cause.code, await ref.ask(8), stage.made], ['full', 9, 1]);
    await stage.system.terminate();
  },

  async 'a rejection behind a stored event says that events are stored'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const refusal = new Error('no, thanks');
    const error = await failing(ref.ask((actor) => actor.persist(1, () => actor.reject(refusal))), 'stored');
    ok(error.cause === refusal && /rejected: no, thanks/.test(error.message), error.message);
    equal([await ref.ask(2), stage.made], [3, 1]);
    await stage.system.terminate();
  },

  async 'an event that the adapter refuses leaves the actor running'(room) {
    const stage = new Stage(room);
    const adapter = migrations({ manifestOf: String, upcasters: { 1: [], 2: [] } });
    const ref = stage.spawn({ eventAdapter: () => adapter });
    equal(await ref.ask(1), 1);
    await failing(ref.ask((actor) => actor.persistAll([2, 4])), 'invalid-argument');
    equal([await ref.ask(2), stage.made], [3, 1]);
    await stage.system.terminate();
  },

  async 'before the first event there is nothing to save or to delete'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const lines = await complaints(async () => {
      equal(await ref.ask((actor) => (actor.saveSnapshot(), actor.deleteHistory(5), actor.reply('done'))), 'done');
    });
    equal([lines, await stage.snapshotStore.loadLatest('sum'), await ref.ask(1)], [[], undefined, 1]);
    await stage.system.terminate();
  },

  async 'an append that stays lost stops the actor'(room) {
    const stage = new Stage(room, { journal: failingAppends(room.journal(), ...Array(4).fill(lostBefore)) });
    const ref = stage.spawn();
    const [lost, waiting] = [failing(ref.ask(1), 'lost'), failing(ref.ask(2), 'stopped')];
    equal((await waiting).cause === (await lost), true);
    equal(await stage.spawn().ask(4), 4);
    await stage.system.terminate();
  },

  async 'an append that was lost, stored and compacted by another writer stays lost'(room) {
    const compacted = async (inner, id, entries, seq) => {
      const lost = await lostBehind(inner, id, entries, seq).catch((error) => error);
      await inner.append(id, [{ event: 1000 }], seq + 1);
      await inner.delete(id, seq + 1);
      throw lost;
    };
    const stage = new Stage(room, { journal: failingAppends(room.journal(), compacted) });
    await failing(stage.spawn().ask(1), 'lost');
    await stage.system.terminate();
  },

  async 'an actor that asks to be stopped is stopped, however its command ends'(room) {
    const endings = {
      thrown: () => throwing('thrown')(),
      unencodable: (actor) => actor.persist(NaN),
      refused: (actor) => actor.reject(new Error('no, thanks')),
      broken: (actor) => actor.persist('no number'),
    };
    const onEvent = (state, event) => (event === 'no number' ? throwing('broken')() : state + event);
    for (const [id, end] of Object.entries(endings)) {
      const stage = new Stage(room);
      const ref = stage.spawn({ onEvent }, { id });
      const ended = ref.ask((actor) => (actor.stop(), end(actor))).then(ok, (error) => error);
      await failing(ref.ask(look), 'stopped');
      equal([(await ended) instanceof Error, stage.made, stage.system.active], [true, 1, 0], id);
    }
  },

  async 'an actor that is restarted has nothing left of the one before'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const count = (actor) => actor.reply((actor.count = (actor.count ?? 0) + 1));
    equal([await ref.ask(count), await ref.ask(count)], [1, 2]);
    await ref.ask(throwing('thrown')).catch(() => undefined);
    equal(await ref.ask(count), 1);
    await stage.system.terminate();
  },

  async 'an idle passivation meets the one whose time is up first'(room) {
    const stage = new Stage(room, { passivateAfterMs: 2 ** 31 - 1 });
    const patient = stage.spawn({}, { id: 'patient' });
    const others = range(1, 3).map((n) => stage.spawn({}, { id: `hasty-${n}`, passivateAfterMs: n }));
    await Promise.all([patient, ...others].map((ref) => ref.ask(1)));
    while (stage.system.active > 1) await pause();
    const { made } = stage;
    equal([await patient.ask(1), stage.made - made], [2, 0]);
    await stage.system.terminate();
  },
};
