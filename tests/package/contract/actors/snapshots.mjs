import { everyNEvents } from '../../actor-journal.mjs';
import { equal, ok } from '../../assert.mjs';
import { contents } from '../../events.mjs';
import { before } from './faults.mjs';
import { failing, look, Stage } from './stage.mjs';

const everyThree = { snapshotPolicy: () => everyNEvents(3) };

/** The latest snapshot as seq and state. */
async function latest({ snapshotStore }) {
  const found = await snapshotStore.loadLatest('sum');
  return found && [found.sequenceNr, found.state];
}

export const snapshots = {
  async 'snapshots by policy'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn(everyThree);
    await ref.ask((actor) => actor.persistAll([1, 2]));
    equal(await latest(stage), undefined);
    await ref.ask((actor) => actor.persistAll([4, 8]));
    equal(await latest(stage), [4, 15], 'behind the batch');
    await Promise.all([ref.ask(16), ref.ask(32), ref.ask(64)]);
    equal(await latest(stage), [6, 63]);
    await stage.system.terminate();
    equal(await stage.recovered(), 127);
  },

  async 'a snapshot on demand'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    await ref.ask((actor) => {
      actor.persist(1);
      actor.saveSnapshot();
      actor.persist(2);
    });
    equal(await latest(stage), [1, 1]);
    await ref.ask((actor) => actor.saveSnapshot());
    equal(await latest(stage), [2, 3]);
    await stage.system.terminate();
  },

  async 'a failing snapshot is reported and changes nothing else'(room) {
    const full = new Error('no room, on purpose');
    const snapshotStore = before(room.snapshots(), { save: () => Promise.reject(full) });
    const stage = new Stage(room, { snapshotStore });
    const told = [];
    const ref = stage.spawn({ ...everyThree, onSnapshotFailure: (error) => void told.push(error) });
    const answers = [1, 2, 4, 8, (actor) => actor.saveSnapshot(), look].map((command) => ref.ask(command));
    equal(await Promise.all(answers), [1, 3, 7, 15, undefined, 15]);
    equal([told.length, told.every((error) => error === full), stage.made], [2, true, 1]);
    await stage.system.terminate();
    equal(await stage.recovered(), 15);
  },

  async 'retention compacts what kept snapshots cover'(room) {
    const stage = new Stage(room, { snapshotStore: room.snapshots({ keepN: 2 }) });
    const kept = async () => contents(await stage.journal.read('sum', 1));
    const ref = stage.spawn({ ...everyThree, retention: () => 'compact' });
    for (const n of [1, 2, 4]) await ref.ask(n);
    equal(await kept(), [], 'the one snapshot covers them');
    await ref.ask((actor) => (actor.persist(8), actor.saveSnapshot()));
    equal(await kept(), [8], 'a snapshot on demand compacts nothing');
    for (const n of [16, 32, 64]) await ref.ask(n);
    equal(await kept(), [16, 32, 64], 'the older of the two kept covers the others');
    await stage.system.terminate();
    equal(await stage.recovered(), 127);
    equal((await stage.snapshotStore.loadBefore('sum', 6)).sequenceNr, 4);
  },

  async 'delete-history is refused where no snapshot covers it'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    await ref.ask((actor) => actor.persistAll([1, 2, 4]));
    const deleteTo = (seq) => ref.ask((actor) => actor.deleteHistory(seq));
    await failing(deleteTo(1), 'not-covered');
    await stage.snapshotStore.save('sum', 2, 3);
    await failing(deleteTo(3), 'not-covered');
    const error = await failing(deleteTo(100), 'not-covered');
    ok(/"sum".* up to 3/.test(error.message), error.message);
    await deleteTo(0);
    equal(contents(await stage.journal.read('sum', 1)), [1, 2, 4]);
    await deleteTo(2);
    equal([contents(await stage.journal.read('sum', 1)), await ref.ask(8), stage.made], [[4], 15, 1]);
    await stage.system.terminate();
    equal(await stage.recovered(), 15);
  },
};
