import { JournalError } from '../../actor-journal.mjs';
import { equal, ok } from '../../assert.mjs';
import { contents, entries } from '../../events.mjs';
import { before, failingAppends, rejected } from './faults.mjs';
import { failing, look, lookAtSeq, pause, Stage, throwing } from './stage.mjs';

/** An actor that must not start: what it is told, and what commands before and after get. */
async function unrecoverable(stage, code) {
  let told;
  const ref = stage.spawn({ onRecoveryFailure: (error) => void (told = error) });
  const error = await failing(ref.ask(1), 'not-recovered');
  equal([told.code, error.cause === told], [code, true]);
  await failing(ref.ask(look), 'not-recovered');
  return told;
}

/** A journal that is busy for whoever recovers, as often as `failures.left` says. */
function unavailable(journal) {
  const failures = { left: 0 };
  const highestSeq = async (inner, id) => {
    if (failures.left-- > 0) throw new JournalError('busy', 'busy on purpose');
    return inner.highestSeq(id);
  };
  return [before(journal, { highestSeq }), failures];
}

export const recovery = {
  async 'recovers state from its events'(room) {
    const stage = new Stage(room);
    await stage.journal.append('sum', entries(1, 2, 4), 0);
    const ref = stage.spawn();
    equal([await ref.ask(look), await ref.ask(lookAtSeq), await ref.ask(8)], [7, 3, 15]);
    await stage.system.terminate();
    equal(await stage.recovered(), 15);
  },

  async 'recovers from the latest snapshot and the events after it'(room) {
    const stage = new Stage(room);
    await stage.journal.append('sum', entries(1, 2, 4, 8), 0);
    await stage.snapshotStore.save('sum', 1, 100);
    await stage.snapshotStore.save('sum', 2, 200);
    const folded = [];
    const onEvent = (state, event) => (folded.push(event), state + event);
    const ref = stage.spawn({ onEvent });
    equal([await ref.ask(look), await ref.ask(lookAtSeq), folded], [212, 4, [4, 8]]);
    await stage.system.terminate();
  },

  async 'calls on-recovery-complete once before the first command'(room) {
    const stage = new Stage(room);
    await stage.journal.append('sum', entries(1, 2), 0);
    const calls = [];
    const onRecoveryComplete = async function (state) {
      await pause();
      calls.push(state);
      this.persist(10);
    };
    const ref = stage.spawn({ onRecoveryComplete });
    const note = (actor, state) => (calls.push('command'), actor.reply(state));
    equal(await Promise.all([ref.ask(note), ref.ask(look)]), [13, 13]);
    equal(calls, [3, 'command']);
    await stage.system.terminate();
  },

  async 'a rejection in on-recovery-complete goes nowhere'(room) {
    const stage = new Stage(room);
    const told = [];
    const rejecting = (ask) => ({
      onRecoveryFailure: (error) => void told.push(error),
      onRecoveryComplete() {
        ask(this, () => this.reject(new Error('no, thanks')));
        this.persist(100);
      },
    });
    const dropping = rejecting((actor, reject) => (actor.persist(1), reject()));
    equal(await stage.spawn(dropping).ask(2), 2);
    const behind = rejecting((actor, reject) => actor.persist(4, reject));
    equal(await stage.spawn(behind, { id: 'behind' }).ask(look), 4);
    const stopping = rejecting((actor, reject) => (actor.stop(), reject()));
    await failing(stage.spawn(stopping, { id: 'stopping' }).ask(look), 'stopped');
    await stage.system.terminate();
    equal([told, await stage.recovered(), await stage.recovered({}, 'behind')], [[], 2, 4]);
  },

  async 'stop in on-recovery-complete is heeded also where its events are refused'(room) {
    const stage = new Stage(room, { journal: failingAppends(room.journal(), rejected) });
    const told = [];
    const ref = stage.spawn({
      onRecoveryComplete() {
        this.persist(1);
        this.stop();
      },
      onRecoveryFailure: (error) => void told.push(error.code),
    });
    const { cause } = await failing(ref.ask(look), 'not-recovered');
    equal([cause.code, told, stage.made, stage.system.active], ['full', ['full'], 1, 0]);
    equal(await stage.spawn().ask(2), 2);
    await stage.system.terminate();
  },

  async 'recovery progress is observed'(room) {
    const stage = new Stage(room);
    await stage.journal.append('sum', entries(...Array(2500).fill(1)), 0);
    const seen = [];
    const ref = stage.spawn({ onRecoveryProgress: (progress) => void seen.push(progress) });
    equal(await ref.ask(look), 2500);
    equal(seen, [{ seq: 1000, head: 2500 }, { seq: 2000, head: 2500 }]);
    await stage.system.terminate();
  },

  async 'a snapshot above the head is a recovery failure'(room) {
    const stage = new Stage(room);
    await stage.journal.append('sum', entries(1), 0);
    await stage.snapshotStore.save('sum', 2, 3);
    const error = await unrecoverable(stage, 'snapshot-integrity');
    equal([error.persistenceId, error.sequenceNr], ['sum', 2]);
    equal(await stage.journal.highestSeq('sum'), 1);
  },

  async 'a gap is a recovery failure'(room) {
    const journal = before(room.journal(), {
      async *replay(inner, ...args) {
        for await (const event of inner.replay(...args)) if (event.sequenceNr !== 2) yield event;
      },
    });
    const stage = new Stage(room, { journal });
    await journal.append('sum', entries(1, 2, 4), 0);
    const error = await unrecoverable(stage, 'integrity');
    equal([error.persistenceId, error.sequenceNr], ['sum', 2]);
    equal(await journal.highestSeq('sum'), 3);
  },

  async 'a snapshot that replaced the one in hand is taken in recovery'(room) {
    const snapshots = room.snapshots({ keepN: 1 });
    const compactions = [[2, 3], [4, 15]];
    const journal = before(room.journal(), {
      async highestSeq(inner, id) {
        const [next] = compactions.splice(0, 1);
        if (next) await snapshots.saveAndCompact(id, ...next, inner);
        return inner.highestSeq(id);
      },
    });
    const stage = new Stage(room, { journal, snapshotStore: snapshots });
    await journal.append('sum', entries(1, 2, 4, 8, 16), 0);
    await snapshots.save('sum', 1, 1);
    const ref = stage.spawn();
    equal([await ref.ask(look), await ref.ask(lookAtSeq), compactions], [31, 5, []]);
    await stage.system.terminate();
  },

  async 'a passing error does not end an actor that can recover later'(room) {
    const [journal, failures] = unavailable(room.journal());
    const stage = new Stage(room, { journal, maxActive: 1 });
    failures.left = 2;
    const ref = stage.spawn({ onRecoveryFailure: () => undefined });
    const other = stage.spawn({}, { id: 'other' });
    equal([await ref.ask(1), await other.ask(1)], [1, 1]);
    failures.left = Infinity;
    const waiting = [1, 2].map((n) => failing(ref.ask(n), 'not-recovered'));
    equal((await Promise.all(waiting)).map(({ cause }) => cause.code), ['busy', 'busy']);
    failures.left = 3;
    equal([await ref.ask(2), await ref.ask(look)], [3, 3]);
    failures.left = Infinity;
    const restarting = failing(ref.ask(throwing('thrown')), undefined);
    await failing(ref.ask(4), 'not-recovered');
    await restarting;
    failures.left = 0;
    equal(await ref.ask(8), 11);
    await stage.system.terminate();
    equal(contents(await journal.read('sum', 1)), [1, 2, 8]);
  },

  async 'a compacted prefix without a snapshot is a recovery failure'(room) {
    const stage = new Stage(room);
    await stage.journal.append('sum', entries(1, 2, 4), 0);
    await stage.journal.delete('sum', 2);
    const error = await unrecoverable(stage, 'integrity');
    ok(/events 1 to 2 .* missing/.test(error.message), error.message);
    await stage.snapshotStore.save('sum', 1, 1);
    await unrecoverable(stage, 'integrity');
    await stage.snapshotStore.save('sum', 2, 3);
    equal(await stage.recovered(), 7);
  },
};
