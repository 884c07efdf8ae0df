import { isConflict } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { range } from '../events.mjs';

const TOKEN = '0b9d3f8e-6a51-4d7c-9b1e-52a3c7d4e6f8';

/** What a store holds under an id, without the time. */
async function held(store, id = 'a') {
  const { timestamp, ...state } = await store.load(id);
  ok(Number.isSafeInteger(timestamp) && timestamp >= 0, 'it carries a time');
  return state;
}

/** That a change of `a` based on `expected` is refused and changes nothing. */
async function conflicts(store, change, expected) {
  const before = await store.load('a');
  const error = await refused(change, 'conflict', new RegExp(`at revision ${before.revision}`));
  ok(isConflict(error), 'the predicate');
  equal([error.persistenceId, error.expectedSeq, error.actualSeq], ['a', expected, before.revision]);
  equal(await store.load('a'), before);
}

/** A codec that cannot read some states any more. */
const forgetful = {
  name: 'forgetful',
  encode: (state) => new TextEncoder().encode(state),
  decode: () => {
    throw new Error('forgotten');
  },
};

export const states = {
  async 'an unknown id is at revision 0 and has no state'(room) {
    const store = room.states();
    equal(await store.load('a'), { persistenceId: 'a', revision: 0, timestamp: 0 });
    await store.save('a', 0, 1);
    equal(await held(store, 'b'), { persistenceId: 'b', revision: 0 });
  },

  async 'each change raises the revision by one'(room) {
    const store = room.states();
    for (const revision of range(0, 4)) {
      equal(await store.save('a', revision, { revision }), revision + 1);
      equal(await held(store), { persistenceId: 'a', revision: revision + 1, state: { revision } });
    }
    ok((await store.load('a')).timestamp > 0, 'a time');
    equal(await store.save('b', 0, 'other'), 1);
    equal((await store.load('a')).state, { revision: 4 });
  },

  async 'a change based on another revision is a conflict'(room) {
    const store = room.states();
    await conflicts(store, () => store.save('a', 1, 'early'), 1);
    for (const revision of range(0, 2)) await store.save('a', revision, { revision });
    for (const expected of [0, 1, 2, 4, Number.MAX_SAFE_INTEGER]) {
      await conflicts(store, () => store.save('a', expected, 'late'), expected);
      await conflicts(store, () => store.delete('a', expected), expected);
    }
  },

  async 'of many who save at one revision one wins'(room) {
    const store = room.states();
    const saves = range(1, 20).map((n) => store.save('a', 0, n));
    const answers = await Promise.allSettled(saves);
    const winners = answers.flatMap(({ status }, i) => (status === 'fulfilled' ? [i + 1] : []));
    equal(winners.length, 1);
    ok(answers.every(({ status, reason }) => status === 'fulfilled' || isConflict(reason)), 'the others conflict');
    equal(await held(store), { persistenceId: 'a', revision: 1, state: winners[0] });
  },

  async 'revisions go on behind a deletion'(room) {
    const store = room.states();
    await store.save('a', 0, 1);
    equal(await store.delete('a', 1), 2);
    equal(await held(store), { persistenceId: 'a', revision: 2 });
    await conflicts(store, () => store.save('a', 0, 'again'), 0);
    equal(await store.save('a', 2, 'new'), 3);
    equal(await store.delete('b', 0), 1);
    equal(await held(store, 'b'), { persistenceId: 'b', revision: 1 });
  },

  async 'a repeat with the same token is made once'(room) {
    const store = room.states();
    for (const [revision, change] of [
      [0, () => store.save('a', 0, { n: 1 }, { token: TOKEN })],
      [1, () => store.delete('a', 1, { token: TOKEN.toUpperCase() })],
      [2, () => store.save('a', 2, { n: 3 }, { token: TOKEN })],
    ]) {
      equal(await change(), revision + 1);
      const changed = await store.load('a');
      equal(await change(), revision + 1, 'the repeat');
      equal(await store.load('a'), changed);
    }
    await store.save('a', 3, { n: 4 });
    await conflicts(store, () => store.save('a', 2, { n: 3 }, { token: TOKEN }), 2);
  },

  async 'another change is no repeat'(room) {
    const store = room.states();
    await store.save('a', 0, 1, { token: TOKEN });
    await conflicts(store, () => store.save('a', 0, 1), 0);
    await conflicts(store, () => store.save('a', 0, 2, { token: TOKEN }), 0);
    await conflicts(store, () => store.save('a', 0, 1, { token: TOKEN, manifest: 'number' }), 0);
    await conflicts(store, () => store.delete('a', 0, { token: TOKEN }), 0);
    equal(await store.save('a', 1, 1, { token: TOKEN }), 2);
    equal(await store.save('b', 0, 1, { token: TOKEN }), 1);
  },

  async 'a state comes back with what it says it is'(room) {
    const store = room.states();
    await store.save('a', 0, 1, { manifest: 'zähler', version: 3 });
    equal(await held(store), { persistenceId: 'a', revision: 1, state: 1, manifest: 'zähler', version: 3 });
    await store.save('a', 1, 2, { manifest: 'counter', token: TOKEN });
    await store.save('a', 1, 2, { manifest: 'counter', token: TOKEN });
    equal(await held(store), { persistenceId: 'a', revision: 2, state: 2, manifest: 'counter', version: 1 });
    await store.save('a', 2, 3);
    equal(await held(store), { persistenceId: 'a', revision: 3, state: 3 });
    await store.save('a', 3, 4, { manifest: 'counter' });
    await store.delete('a', 4);
    equal(await held(store), { persistenceId: 'a', revision: 5 });
  },

  async 'a change of the state after the call changes nothing'(room) {
    const store = room.states();
    const state = { items: ['book'] };
    const saving = store.save('a', 0, state);
    state.items.push('changed');
    await saving;
    (await store.load('a')).state.items.push('changed');
    equal((await store.load('a')).state, { items: ['book'] });
  },

  async 'a big state comes back as it was'(room) {
    const store = room.states();
    const state = { text: 'x'.repeat(3_000_000), list: range(1, 1000) };
    await store.save('a', 0, state);
    equal((await store.load('a')).state, state);
  },

  async 'CBOR keeps in a state what JSON would change'(room) {
    const state = { at: new Date(5), seen: new Map([['a', new Set([1n])]]), raw: new Uint8Array([1]) };
    await refused(room.states().save('a', 0, state), 'unencodable', /save: state .*\$\.at/);
    const store = room.states({ codec: 'cbor' });
    await store.save('a', 0, state);
    equal((await store.load('a')).state, state);
    await store.save('a', 1, undefined);
    ok('state' in (await store.load('a')), 'a state that is undefined is one');
  },

  async 'a state that cannot be read is an error that says where'(room) {
    const store = room.states({ codec: forgetful });
    await store.save('a', 0, 'old');
    const error = await refused(store.load('a'), 'undecodable', /forgetful cannot decode revision 1 of "a"/);
    equal([error.persistenceId, error.sequenceNr], ['a', 1]);
    equal(await store.delete('a', 1), 2);
    equal(await held(store), { persistenceId: 'a', revision: 2 });
  },
};
