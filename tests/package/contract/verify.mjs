import { equal, ok, refused } from '../assert.mjs';
import { counted, entries, PAGE, tagged } from '../events.mjs';

export const verify = {
  async 'what was written is found sound and counted'(room) {
    const journal = room.journal();
    equal((await journal.verify()).events, 0);
    await journal.append('a', [tagged(1, 'x', 'y'), { event: { n: 2 }, manifest: 'counted' }], 0);
    await journal.append('b', counted(5), 0);
    await journal.append('c', entries(1), 0);
    await journal.delete('b', 2);
    await journal.delete('c', 1);
    equal(await journal.verify(), {
      sound: true, streams: 3, events: 5, tags: 2, states: 0, unchecked: 0, opaque: 0, found: 0, problems: [],
    });
  },

  async 'snapshots and durable states are checked'(room) {
    const [journal, snapshots, states] = [room.journal(), room.snapshots(), room.states()];
    await journal.append('a', counted(3), 0);
    await snapshots.save('a', 3, { sum: 6 });
    await states.save('a', 0, { cart: ['book'] });
    const revision = await states.save('b', 0, 'gone');
    await states.delete('b', revision);
    for (const [store, count] of [[snapshots, 1], [states, 2]]) {
      const { sound, states } = await store.verify();
      equal({ sound, states }, { sound: true, states: count });
    }
  },

  async 'a payload that cannot be read is named'(room) {
    const broken = { name: 'broken', encode: () => new TextEncoder().encode('{"half":'), decode: () => 'whole' };
    const journal = room.journal({ codec: broken });
    await journal.append('a', entries(1), 0);
    const { sound, found, problems } = await journal.verify();
    equal([sound, found], [false, 1]);
    const [{ persistenceId, sequenceNr, what }] = problems;
    equal([persistenceId, sequenceNr], ['a', 1]);
    ok(/payload.*json/.test(what), what);
  },

  async 'what a codec of ones own wrote is counted'(room) {
    const own = { name: 'own', encode: () => Uint8Array.of(1, 2, 3), decode: (bytes) => bytes.length };
    const journal = room.journal({ codec: own });
    await journal.append('a', entries(1, 2), 0);
    const { sound, events, opaque } = await journal.verify();
    equal([sound, events, opaque], [true, 2, 2]);
  },

  async 'progress rises to its total while others write'(room) {
    const journal = room.journal();
    const steps = [];
    let writing = Promise.resolve();
    await journal.append('a', counted(2 * PAGE), 0);
    const onProgress = (progress) => {
      steps.push(progress);
      writing = journal.append(`beside-${steps.length}`, entries(1), 0);
    };
    const { sound, events } = await journal.verify({ onProgress });
    await writing;
    ok(sound && events >= 2 * PAGE, `${events} events`);
    ok(steps.length > 4, `${steps.length} steps`);
    for (const [i, { done, total }] of steps.entries()) ok(done <= total && done >= (steps[i - 1]?.done ?? 0), JSON.stringify(steps));
    ok(steps.at(-1).done >= 4 * PAGE, JSON.stringify(steps));
  },

  async 'a signal ends it with its reason'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2 * PAGE), 0);
    const ended = new AbortController();
    let steps = 0;
    const onProgress = () => {
      steps++;
      ended.abort(new RangeError('enough'));
    };
    const failure = await journal.verify({ onProgress, signal: ended.signal }).catch((error) => error);
    equal([failure.name, failure.message, steps], ['RangeError', 'enough', 1]);
    const before = await journal.verify({ signal: AbortSignal.abort() }).catch((error) => error);
    equal(before.name, 'AbortError');
    ok((await journal.verify()).sound, 'it can be checked again');
  },

  async 'wrong options are refused'(room) {
    const [journal, snapshots, states] = [room.journal(), room.snapshots(), room.states()];
    for (const wrong of [null, 7, { onProgress: 7 }, { signal: {} }, { steps: 1 }]) {
      for (const checked of [journal, snapshots, states]) {
        await refused(() => checked.verify(wrong), 'invalid-argument');
      }
    }
    await refused(() => snapshots.verify({ journal: {} }), 'invalid-argument', /journal/);
  },

  async 'what is closed is not checked'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1), 0);
    await journal.close();
    await refused(journal.verify(), 'closed');
  },
};

/** Of databases that journal and stores share. */
export const verifyTogether = {
  async 'snapshots are held against their journal'(room) {
    const [journal, snapshots] = [room.journal(), room.snapshots()];
    await journal.append('a', counted(5), 0);
    await snapshots.save('a', 3, 'covers');
    await journal.delete('a', 3);
    ok((await snapshots.verify({ journal })).sound, 'covered');
    await snapshots.save('a', 7, 'above');
    await journal.append('b', counted(2), 0);
    await journal.delete('b', 1);
    const { problems } = await snapshots.verify({ journal });
    equal(problems.map(({ persistenceId, sequenceNr }) => [persistenceId, sequenceNr]), [['a', 7], ['b', 1]]);
    ok((await snapshots.verify()).sound, 'alone nothing is wrong with them');
    await refused(snapshots.verify({ journal: room.journal({ path: ':memory:' }) }), 'invalid-argument', /database/);
  },
};
