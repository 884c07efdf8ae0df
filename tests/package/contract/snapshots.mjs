import { equal, ok, refused } from '../assert.mjs';
import { counted, range, seqs } from '../events.mjs';

/** Saves one snapshot for each seq, with the seq as its state. */
async function holding(room, seqs, options) {
  const store = room.snapshots(options);
  for (const seq of seqs) await store.save('a', seq, { seq });
  return store;
}

/** The seqs that are still there, ascending. */
async function kept(store, id = 'a') {
  const seqs = [];
  let found = await store.loadLatest(id);
  for (; found; found = await store.loadBefore(id, found.sequenceNr)) {
    ok(!seqs.includes(found.sequenceNr), `seq ${found.sequenceNr} was found before itself`);
    seqs.unshift(found.sequenceNr);
  }
  return seqs;
}

/** A codec that cannot read some states any more. */
const forgetful = {
  name: 'forgetful',
  encode: (state) => new TextEncoder().encode(String(state)),
  decode(bytes) {
    const state = new TextDecoder().decode(bytes);
    if (state.startsWith('old')) throw new Error('forgotten');
    return state;
  },
};

export const snapshots = {
  async 'the latest snapshot is the one with the highest seq'(room) {
    const store = room.snapshots();
    await store.save('a', 10, { balance: 10 });
    await store.save('a', 30, { balance: 30 });
    await store.save('a', 20, { balance: 20 });
    const { timestamp, ...latest } = await store.loadLatest('a');
    equal(latest, { persistenceId: 'a', sequenceNr: 30, state: { balance: 30 } });
    ok(Number.isSafeInteger(timestamp) && timestamp > 0, 'it carries a time');
  },

  async 'a snapshot keeps its manifest'(room) {
    const store = room.snapshots();
    await store.save('a', 1, 'state', { manifest: 'account', version: 3 });
    const { timestamp, ...latest } = await store.loadLatest('a');
    equal(latest, { persistenceId: 'a', sequenceNr: 1, state: 'state', manifest: 'account', version: 3 });
    await store.save('a', 1, 'state', { manifest: 'account' });
    equal((await store.loadLatest('a')).version, 1);
    await store.save('a', 1, 'state');
    const bare = await store.loadLatest('a');
    ok(!('manifest' in bare) && !('version' in bare), 'no manifest, no properties');
  },

  async 'an unknown id has no snapshot'(room) {
    const store = await holding(room, [1]);
    equal(await store.loadLatest('b'), undefined);
    equal(await store.loadBefore('b', 9), undefined);
    await store.delete('b', 9);
    equal(await kept(store), [1]);
  },

  async 'saving at the same seq overwrites'(room) {
    const store = room.snapshots();
    for (const state of ['first', 'second', 'third']) await store.save('a', 5, state);
    equal((await store.loadLatest('a')).state, 'third');
    equal(await store.loadBefore('a', 5), undefined);
  },

  async 'a snapshot is found before a seq, exclusive'(room) {
    const store = await holding(room, [10, 20, 30]);
    equal((await store.loadBefore('a', 31)).state, { seq: 30 });
    equal((await store.loadBefore('a', 30)).state, { seq: 20 });
    equal((await store.loadBefore('a', 11)).state, { seq: 10 });
    equal(await store.loadBefore('a', 10), undefined);
    equal(await store.loadBefore('a', 0), undefined);
  },

  async 'a snapshot is found within bounds, inclusive'(room) {
    const store = await holding(room, [10, 20, 30]);
    const { timestamp } = await store.load('a', { maxSeq: 20 });
    equal((await store.load('a', { minSeq: 10, maxSeq: 29 })).sequenceNr, 20);
    equal((await store.load('a', { maxSeq: 20, minTimestamp: timestamp, maxTimestamp: timestamp })).sequenceNr, 20);
    equal(await store.load('a', { minSeq: 31 }), undefined);
    equal(await store.load('a', { maxTimestamp: 1 }), undefined);
    equal(await store.load('a', { minTimestamp: Number.MAX_SAFE_INTEGER }), undefined);
  },

  async 'the newest three are kept unless told otherwise'(room) {
    equal(await kept(await holding(room, range(1, 10))), [8, 9, 10]);
  },

  async 'as many are kept as was asked for'(room) {
    for (const keepN of [1, 2, 5]) {
      const store = await holding(room, range(1, 10), { keepN });
      equal(await kept(store), range(11 - keepN, 10), `keepN ${keepN}`);
    }
  },

  async 'each id has its own'(room) {
    const store = room.snapshots();
    for (const seq of range(1, 5)) for (const id of ['a', 'b']) await store.save(id, seq, { id, seq });
    await store.delete('a', 9);
    equal(await kept(store, 'a'), []);
    equal(await kept(store, 'b'), [3, 4, 5]);
    equal((await store.loadLatest('b')).state, { id: 'b', seq: 5 });
  },

  async 'snapshots are deleted up to a seq, inclusive, and again'(room) {
    const store = await holding(room, [10, 20, 30]);
    await store.delete('a', 20);
    await store.delete('a', 20);
    await store.delete('a', 5);
    equal(await kept(store), [30]);
    await store.delete('a', Number.MAX_SAFE_INTEGER);
    equal(await kept(store), []);
  },

  async 'compaction deletes the events that every kept snapshot covers'(room) {
    const [store, journal] = [await holding(room, [4]), room.journal()];
    await journal.append('a', counted(20), 0);
    await journal.append('b', counted(2), 0);
    for (const [seq, oldest] of [[6, 4], [9, 4], [12, 6], [12, 6], [20, 9]]) {
      await store.saveAndCompact('a', seq, { seq }, journal, { manifest: 'account', version: 2 });
      equal(seqs(await journal.read('a', 1)), range(oldest + 1, 20), `after the snapshot at ${seq}`);
      equal((await kept(store))[0], oldest);
    }
    equal((await store.loadLatest('a')).version, 2);
    equal(seqs(await journal.read('b', 1)), [1, 2]);
  },

  async 'compaction sees the events that were appended before it'(room) {
    const [store, journal] = [room.snapshots(), room.journal()];
    const appended = journal.append('a', counted(3), 0);
    await store.saveAndCompact('a', 2, 'state', journal);
    await appended;
    equal(seqs(await journal.read('a', 1)), [3]);
  },

  async 'a snapshot above the head compacts nothing'(room) {
    const [store, journal] = [await holding(room, [2]), room.journal()];
    await journal.append('a', counted(3), 0);
    const error = await refused(store.saveAndCompact('a', 4, 'state', journal), 'snapshot-integrity', /above the head/);
    equal([error.persistenceId, error.sequenceNr], ['a', 4]);
    await refused(store.saveAndCompact('a', 3, Number.NaN, journal), 'unencodable', /saveAndCompact: state/);
    await refused(store.saveAndCompact('a', 3, 'state', {}), 'invalid-argument', /journal/);
    await store.save('a', 9, 'of another stream');
    const stale = await refused(store.saveAndCompact('a', 3, 'state', journal), 'snapshot-integrity', /at seq 9 lies above the head/);
    equal([stale.persistenceId, stale.sequenceNr], ['a', 9]);
    equal(seqs(await journal.read('a', 1)), [1, 2, 3]);
    await journal.close();
    await refused(store.saveAndCompact('a', 3, 'state', journal), 'closed');
    equal(await kept(store), [2, 9]);
  },

  async 'a change of the state after the call changes nothing'(room) {
    const store = room.snapshots();
    const state = { items: ['book'] };
    const saving = store.save('a', 1, state);
    state.items.push('changed');
    await saving;
    (await store.loadLatest('a')).state.items.push('changed');
    equal((await store.loadLatest('a')).state, { items: ['book'] });
  },

  async 'a big state comes back as it was'(room) {
    const store = room.snapshots();
    const state = { text: 'x'.repeat(3_000_000), list: range(1, 1000) };
    await store.save('a', Number.MAX_SAFE_INTEGER, state);
    equal((await store.loadLatest('a')).state, state);
  },

  async 'CBOR keeps in a state what JSON would change'(room) {
    const state = { at: new Date(5), seen: new Map([['a', new Set([1n])]]), raw: new Uint8Array([1]) };
    await refused(room.snapshots().save('a', 1, state), 'unencodable', /save: state .*\$\.at/);
    const store = room.snapshots({ codec: 'cbor' });
    await store.save('a', 1, state);
    equal((await store.loadLatest('a')).state, state);
  },

  async 'a snapshot that cannot be read is an error'(room) {
    const store = room.snapshots({ codec: forgetful });
    await store.save('a', 1, 'known');
    await store.save('a', 2, 'old');
    const error = await refused(store.loadLatest('a'), 'undecodable', /forgetful cannot decode seq 2 of "a"/);
    equal([error.persistenceId, error.sequenceNr], ['a', 2]);
    equal((await store.loadBefore('a', 2)).state, 'known');
  },

  async 'or the next older one is taken, where that was chosen'(room) {
    const store = room.snapshots({ codec: forgetful, onUnreadable: 'older', keepN: 5 });
    for (const [seq, state] of [[1, 'oldest'], [2, 'known'], [3, 'old'], [4, 'older']]) await store.save('a', seq, state);
    const { sequenceNr, state } = await store.loadLatest('a');
    equal([sequenceNr, state], [2, 'known']);
    equal(await store.loadBefore('a', 2), undefined);
    equal(await store.load('a', { minSeq: 3 }), undefined);
  },
};
