/** Appends that are made in one turn: each has its own answer, and all of them cross as one call. */
import { InMemoryJournal, isConflict, isLost, JournalError, memoryDriver } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, contents, counted, entries, range, seqs, tagged } from '../events.mjs';

const TOKEN = '5b1c3a52-0f6e-4c53-9d0b-1f6d2f6e7a04';

/** A core in memory that tells how many appends each call carried, and may lose or refuse a call. */
class Watched {
  name = 'watched';
  /** How many appends were in each call. */
  calls = [];
  /** What a call does instead of the core's append, by its number from 1. */
  instead = new Map();

  async binding(path) {
    const core = await memoryDriver().binding(path);
    return { openJournal: async (options) => this.#watch(await core.openJournal(options)) };
  }

  #watch(handle) {
    const append = handle.append.bind(handle);
    handle.append = (appends) => {
      const { buffer, byteOffset } = appends;
      const number = this.calls.push(new DataView(buffer, byteOffset).getUint32(4, true));
      return (this.instead.get(number) ?? append)(appends, append);
    };
    return handle;
  }
}

/** An open journal over such a core. */
async function watched() {
  const core = new Watched();
  const journal = new InMemoryJournal({ driver: core });
  await journal.highestSeq('a');
  return { core, journal };
}

const lose = () => Promise.reject(new JournalError('lost', 'the worker has died'));

/** The call is made, its answer is lost. */
const loseBehind = async (appends, append) => {
  await append(appends);
  return lose();
};

/** Appends one event to each stream in this turn. */
const toEach = (journal, ids) => ids.map((id) => journal.append(id, entries(id), 0));

/** The error of each attempt, all of which fail. */
async function errors(attempts) {
  const settled = await Promise.allSettled(attempts);
  ok(settled.every(({ status }) => status === 'rejected'), 'all of them fail');
  return settled.map(({ reason }) => reason);
}

const names = (count) => range(1, count).map((n) => `id-${n}`);

export const crossing = {
  async 'what many actors append in one turn crosses as one call'() {
    const { core, journal } = await watched();
    const ids = names(100);
    await Promise.all(toEach(journal, ids));
    equal(core.calls, [100]);
    await Promise.all(ids.map((id) => journal.append(id, entries(2), 1)));
    equal(core.calls, [100, 100]);
    await journal.close();
  },

  async 'the first use of a journal is no exception'() {
    const core = new Watched();
    const journal = new InMemoryJournal({ driver: core });
    await Promise.all(toEach(journal, names(100)));
    equal(core.calls, [100]);
    await journal.close();
  },

  async 'a lone append is on its way before the turn ends'() {
    const { core, journal } = await watched();
    const appending = journal.append('a', entries(1), 0);
    for (let microtask = 0; microtask < 10; microtask++) await undefined;
    equal(core.calls, [1]);
    await appending;
    await journal.close();
  },

  async 'a read between appends sends what was appended before it'() {
    const { core, journal } = await watched();
    const before = toEach(journal, ['a', 'b']);
    const head = journal.highestSeq('b');
    const behind = toEach(journal, ['c', 'd', 'e']);
    await Promise.all([...before, ...behind]);
    equal([await head, core.calls], [1, [2, 3]]);
    await journal.close();
  },

  async 'an empty append does not cross'() {
    const { core, journal } = await watched();
    const batches = [counted(2), [], counted(1)];
    const written = await Promise.all(batches.map((batch, i) => journal.append(`id-${i}`, batch, 0)));
    equal(written.map(seqs), [[1, 2], [], [1]]);
    equal(core.calls, [2]);
    await journal.close();
  },

  async 'when a call is lost before the core, each append of it is, and can be repeated'() {
    await repeated(lose);
  },

  async 'when a call is lost behind the commit, a repeat writes nothing twice'() {
    await repeated(loseBehind);
  },

  async 'a lost append beside others carries the token it was given'() {
    const { core, journal } = await watched();
    core.instead.set(1, lose);
    const options = [undefined, { token: TOKEN }, undefined];
    const found = await errors(options.map((option, i) => journal.append(`id-${i}`, entries(i), 0, option)));
    equal(found.map(({ token }) => token === TOKEN), [false, true, false]);
    await journal.close();
  },

  async 'a call that fails fails each append of it, and those of the next turn are made'() {
    const { core, journal } = await watched();
    core.instead.set(1, () => Promise.reject(new JournalError('io', 'broken')));
    const ids = names(3);
    const found = await errors(toEach(journal, ids));
    equal(found.map(({ code, token }) => [code, token]), ids.map(() => ['io', undefined]));
    await Promise.all(toEach(journal, ids));
    equal(await journal.persistenceIds(), ids);
    await journal.close();
  },

  async 'closing waits for the appends of its turn'() {
    const { core, journal } = await watched();
    const appending = toEach(journal, names(5));
    const closed = journal.close();
    equal((await Promise.all(appending)).map(seqs), range(1, 5).map(() => [1]));
    await closed;
    equal(core.calls, [5]);
  },
};

/** Appends of one turn are lost in this way; each is repeated with its own token. */
async function repeated(loss) {
  const { core, journal } = await watched();
  core.instead.set(1, loss);
  const ids = names(5);
  const lost = await errors(toEach(journal, ids));
  ok(lost.every(isLost), 'lost');
  equal(lost.map(({ persistenceId }) => persistenceId), ids);
  equal(new Set(lost.map(({ token }) => token)).size, ids.length, 'tokens');
  const again = (id, i) => journal.append(id, entries(id), 0, { token: lost[i].token });
  equal((await Promise.all(ids.map(again))).map(contents), ids.map((id) => [id]));
  equal((await Promise.all(ids.map(again))).map(seqs), ids.map(() => [1]), 'once more');
  equal(core.calls, [5, 5, 5]);
  equal(contents(await all(journal.allEvents())), ids, 'written once');
  await journal.close();
}

export const together = {
  async 'each has its own answer'(room) {
    const journal = room.journal();
    await journal.append('taken', counted(3), 0);
    const [first, conflict, second, badId, third, badTag, fourth, otherConflict] = await Promise.allSettled([
      journal.append('a', counted(2), 0),
      journal.append('taken', entries('no'), 1),
      journal.append('b', [tagged('b', 'x')], 0),
      journal.append('not/an id', entries('no'), 0),
      journal.append('c', counted(1), 0),
      journal.append('tags', [tagged('no', 'fine', 'not,fine')], 0),
      journal.append('taken', entries('yes'), 3),
      journal.append('new', entries('no'), 7),
    ]);
    equal([first, second, third, fourth].map(({ value }) => seqs(value)), [[1, 2], [1], [1], [4]]);
    const told = ({ code, persistenceId, expectedSeq, actualSeq }) => [code, persistenceId, expectedSeq, actualSeq];
    equal(told(conflict.reason), ['conflict', 'taken', 1, 3]);
    equal(told(otherConflict.reason), ['conflict', 'new', 7, 0]);
    ok([conflict, otherConflict].every(({ reason }) => isConflict(reason)), 'their class');
    for (const [{ reason }, message] of [[badId, /not\/an id/], [badTag, /not,fine/]]) {
      await refused(Promise.reject(reason), 'invalid-argument', message);
    }
    equal(await journal.persistenceIds(), ['a', 'b', 'c', 'taken']);
    equal(contents(await journal.read('taken', 4)), ['yes']);
    equal((await all(journal.allEvents())).length, 8, 'events');
  },

  async 'a turn in which every append fails fails each for its own reason'(room) {
    const journal = room.journal();
    const ids = names(40);
    const found = await errors(ids.map((id, i) => journal.append(id, entries(i), i + 1)));
    equal(found.map((error) => [error.persistenceId, error.expectedSeq]), ids.map((id, i) => [id, i + 1]));
    equal(await journal.persistenceIds(), []);
  },

  async 'a read behind appends sees them'(room) {
    const journal = room.journal();
    const ids = names(100);
    const appending = toEach(journal, ids);
    const [heads, events, listed] = await Promise.all([
      Promise.all(ids.map((id) => journal.highestSeq(id))),
      all(journal.allEvents()),
      journal.persistenceIds(),
    ]);
    equal(heads, ids.map(() => 1));
    equal(contents(events), ids);
    equal(listed, [...ids].sort());
    await Promise.all(appending);
  },

  async 'the appends to one stream keep their order'(room) {
    const journal = room.journal();
    const written = await Promise.all(
      range(0, 299).flatMap((head) => ['a', 'b'].map((id) => journal.append(id, entries(head), head))),
    );
    equal(written.flatMap(seqs), range(1, 300).flatMap((seq) => [seq, seq]));
    for (const id of ['a', 'b']) equal(contents(await journal.read(id, 1)), range(0, 299));
  },

  async 'a deletion between appends comes between them'(room) {
    const journal = room.journal();
    await Promise.all([
      journal.append('a', counted(3), 0),
      journal.delete('a', 3),
      journal.append('a', entries(4, 5), 3),
    ]);
    equal(seqs(await journal.read('a', 1)), [4, 5]);
  },

  async 'ids of any length in bytes, and events small and large, stay apart'(room) {
    const journal = room.journal();
    const ids = ['a', 'é', '日本語', '👩‍🚀', 'ß\u0301', '😀'.repeat(255), 'z'];
    const events = ['', 'x'.repeat(1 << 20), null, '日本語'.repeat(100_000), {}, [], 'last'];
    const written = await Promise.all(ids.map((id, i) => journal.append(id, [tagged(events[i], id)], 0)));
    equal(written.flatMap(contents), events);
    for (const [i, id] of ids.entries()) {
      const [event] = await journal.read(id, 1);
      equal([event.event, event.tags], [events[i], [id]], id);
    }
  },

  async 'payloads without a byte among others'(room) {
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    const codec = { name: 'text', encode: (text) => encoder.encode(text), decode: (bytes) => decoder.decode(bytes) };
    const journal = room.journal({ codec });
    const events = ['', 'one', '', '', 'two', ''];
    await Promise.all(events.map((event, i) => journal.append(`id-${i}`, entries(event, ''), 0)));
    equal(contents(await all(journal.allEvents())), events.flatMap((event) => [event, '']));
  },

  async 'ten thousand at once, an empty one and a conflict among them'(room) {
    const journal = room.journal();
    const count = 10_000;
    const attempts = range(0, count - 1).map((n) => {
      if (n === 5000) return journal.append('empty', [], 9);
      if (n === 7000) return journal.append('conflict', entries(n), 9);
      return journal.append(`id-${n % 100}`, entries(n), Math.floor(n / 100) - skipped(n));
    });
    const settled = await Promise.allSettled(attempts);
    const failed = settled.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    equal(failed, [7000]);
    equal([settled[5000].value, settled[7000].reason.code], [[], 'conflict']);
    const stored = range(0, count - 1).filter((n) => n !== 5000 && n !== 7000);
    equal(contents(await all(journal.allEvents())), stored);
  },
};

/** How many appends to the stream of `n` were left out before it. */
const skipped = (n) => (n % 100 === 0 ? [5000, 7000].filter((left) => left < n).length : 0);
