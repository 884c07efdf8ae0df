import { InMemoryDurableStateStore, InMemoryJournal, InMemorySnapshotStore, memoryDriver, nativeDriver, opfsDriver, SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore } from '../actor-journal.mjs';
import { equal, refused, thrown } from '../assert.mjs';
import { all, contents, entries, range } from '../events.mjs';

const IDS = ['', '.', '..', 'a/b', 'a\\b', 'a\nb', '\0', 'a\u007f', 'a\u0085', 'x'.repeat(256), '\ud800', 7, null, undefined, {}, ['a']];
const TAGS = ['', 'a,b', 'a\tb', '\u0000', '\u009f', 'x'.repeat(256), 'half \udc00', 7, null, undefined, ['a']];
const COUNTS = [-1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 53, '1', 1n, null, true];

/** A journal with one event, to be found as it was after everything that is refused. */
async function holding(room) {
  const journal = room.journal();
  await journal.append('before', entries('kept'), 0);
  return journal;
}

/** Refuses each value and has written nothing in the end. */
async function refuses(journal, values, attempt) {
  for (const value of values) {
    await refused(() => attempt(journal, value), 'invalid-argument').catch((wrong) => {
      throw new Error(`${String(value)}: ${wrong.message}`);
    });
  }
  equal(await journal.persistenceIds(), ['before']);
  equal(contents(await all(journal.allEvents())), ['kept']);
}

const uses = (journal) => journal.highestSeq('a');

export const wrongInput = {
  async 'bad ids'(room) {
    const calls = [
      (journal, id) => journal.append(id, entries(1), 0),
      (journal, id) => journal.read(id, 1),
      (journal, id) => all(journal.replay(id)),
      (journal, id) => journal.highestSeq(id),
      (journal, id) => journal.delete(id, 1),
      (journal, id) => journal.raiseCompactionMark(id, 1),
    ];
    const journal = await holding(room);
    for (const call of calls) await refuses(journal, IDS, call);
    const longest = ['x'.repeat(255), '😀'.repeat(255)];
    for (const id of longest) equal((await journal.append(id, entries(1), 0))[0].persistenceId, id);
    await refused(journal.append('a/b', entries(1), 0), 'invalid-argument', /a\/b.*slash/);
  },

  async 'bad tags'(room) {
    const journal = await holding(room);
    await refuses(journal, TAGS, (journal, tag) => journal.append('a', [{ event: 1, tags: ['fine', tag] }], 0));
    await refuses(journal, ['fine', {}, 5, null, { 0: 'a' }], (journal, tags) => journal.append('a', [{ event: 1, tags }], 0));
  },

  async 'bad manifests'(room) {
    const journal = await holding(room);
    const names = ['', 'a\tb', 'a\u001eb', '\u001f', '\u009f', 'x'.repeat(256), 'half \udc00', 7, null, {}, ['a']];
    const versions = [0, 2 ** 31, ...COUNTS];
    await refuses(journal, names, (journal, manifest) => journal.append('a', [{ event: 1, manifest }], 0));
    await refuses(journal, versions, (journal, version) => journal.append('a', [{ event: 1, manifest: 'm', version }], 0));
    await refused(journal.append('a', [{ event: 1, version: 2 }], 0), 'invalid-argument', /entries\[0\].*without a manifest/);
    const store = room.snapshots();
    for (const manifest of names) await refused(store.save('a', 1, 1, { manifest }), 'invalid-argument');
    for (const version of versions) await refused(store.save('a', 1, 1, { manifest: 'm', version }), 'invalid-argument');
    await refused(store.save('a', 1, 1, { version: 2 }), 'invalid-argument', /save: .*without a manifest/);
    equal(await store.loadLatest('a'), undefined);
  },

  async 'more than 64 tags'(room) {
    const tags = range(1, 65).map(String);
    const journal = await holding(room);
    await refuses(journal, [tags], (journal, many) => journal.append('a', [{ event: 1, tags: many }], 0));
    const twice = [...tags.slice(1), ...tags.slice(1)];
    equal((await journal.append('a', [{ event: 1, tags: twice }], 0))[0].tags.length, 64);
  },

  async 'bad seqs'(room) {
    const calls = [
      (journal, seq) => journal.append('a', entries(1), seq),
      (journal, seq) => journal.read('before', seq),
      (journal, seq) => journal.read('before', 1, seq),
      (journal, seq) => all(journal.replay('before', { fromSeq: seq })),
      (journal, seq) => all(journal.replay('before', { toSeq: seq })),
      (journal, seq) => journal.delete('before', seq),
      (journal, seq) => journal.raiseCompactionMark('before', seq),
      (journal, seq) => all(journal.allEvents({ fromPosition: seq })),
      (journal, skip) => all(journal.livePersistenceIds({ skip })),
      (journal, seq) => all(journal.eventsByTag('x', { fromPosition: seq })),
    ];
    const journal = await holding(room);
    for (const call of calls) await refuses(journal, COUNTS, call);
    await refuses(journal, [0], (journal, seq) => journal.raiseCompactionMark('a', seq));
  },

  async 'bad limits'(room) {
    const journal = await holding(room);
    const limits = [...COUNTS, 0];
    await refuses(journal, limits, (journal, limit) => all(journal.replay('before', { limit })));
    await refuses(journal, limits, (journal, limit) => all(journal.allEvents({ limit })));
    await refuses(journal, limits, (journal, limit) => journal.persistenceIdsPaginated(undefined, limit));
    await refuses(journal, [7, null, {}, ['a'], '\ud800'], (journal, after) => journal.persistenceIdsPaginated(after, 1));
  },

  async 'bad entries'(room) {
    const journal = await holding(room);
    const lists = [null, undefined, {}, 'a', [null], ['event'], [[1]], [{ event: 1, tag: 'misspelled' }], new Set()];
    await refuses(journal, lists, (journal, list) => journal.append('a', list, 0));
    const options = [{ token: 'no uuid' }, { token: 5 }, { tokens: [] }, null, 'token'];
    await refuses(journal, options, (journal, option) => journal.append('a', entries(1), 0, option));
  },

  async 'bad filters and options of queries'(room) {
    const journal = await holding(room);
    const filters = [undefined, null, 5, {}, [], { all: [] }, { all: 'x' }, { any: [1] }, { some: ['x'] }, '', 'a,b', { not: ['a\nb'] }, { any: range(1, 65).map(String) }];
    await refuses(journal, filters, (journal, filter) => all(journal.eventsByTag(filter)));
    const options = [null, 'x', { from: 1 }, { fromPosition: 0, lmit: 1 }];
    await refuses(journal, options, (journal, option) => all(journal.allEvents(option)));
    await refuses(journal, options, (journal, option) => all(journal.replay('before', option)));
  },

  async 'a message names the call and the place of what is wrong'(room) {
    const journal = await holding(room);
    const append = (list) => journal.append('a', list, 0);
    const tagged = (tags) => append([{ event: 1 }, { event: 2, tags }]);
    const find = (filter, options) => all(journal.eventsByTag(filter, options));
    const tag = 'must be a string of 1 to 255 characters without commas and control characters';
    const told = [
      [() => append('b'), 'append: entries must be an array, not "b"'],
      [() => append([{ event: 1 }, , { event: 3 }]), 'append: entries[1] must be an object, not undefined'],
      [() => append([[1]]), 'append: entries[0] must be an object, not an array'],
      [() => append([{ event: 1, tag: 'x' }]), 'append: entries[0]: there is no "tag"'],
      [() => tagged('x'), 'append: entries[1]: tags must be an array, not "x"'],
      [() => tagged(['a', 'b', 7]), `append: entries[1]: tags[2] ${tag}, not 7`],
      [() => tagged(['a', , 'c']), `append: entries[1]: tags[1] ${tag}, not undefined`],
      [() => tagged(['b,c']), `append: entries[1]: tags[0] ${tag}, not "b,c"`],
      [() => tagged(range(1, 65).map(String)), 'append: entries[1]: tags must be at most 64 tags, not 65'],
      [() => journal.append('a', entries(1), 0, 'token'), 'append: options must be an object, not "token"'],
      [() => journal.append('a', entries(1), 0, { token: 5 }), 'append: options: token must be a UUID, not 5'],
      [() => find(5), 'eventsByTag: filter must be an object, not 5'],
      [() => find('a,b'), `eventsByTag: filter ${tag}, not "a,b"`],
      [() => find({ some: ['x'] }), 'eventsByTag: filter: there is no "some"'],
      [() => find({ all: 'x' }), 'eventsByTag: filter: all must be an array, not "x"'],
      [() => find({ all: ['x'], any: ['y', ''] }), `eventsByTag: filter: any[1] ${tag}, not ""`],
      [() => find({ any: [] }), 'eventsByTag: filter asks nothing'],
      [() => find({ any: range(1, 65).map(String) }), 'eventsByTag: filter must be at most 64 tags, not 65'],
      [() => find('x', { limit: 0 }), 'eventsByTag: options: limit must be a positive safe integer, not 0'],
    ];
    for (const [attempt, message] of told) equal((await refused(attempt, 'invalid-argument')).message, message);
  },

  async 'a stream that is full'(room) {
    const journal = room.journal();
    const last = Number.MAX_SAFE_INTEGER;
    await journal.raiseCompactionMark('a', last - 1);
    await refused(journal.append('a', entries(1, 2), last - 1), 'invalid-argument', /full|ends/);
    equal((await journal.append('a', entries(1), last - 1))[0].sequenceNr, last);
    await refused(journal.append('a', entries(1), last), 'invalid-argument');
    equal(await journal.highestSeq('a'), last);
  },

  async 'bad calls on a snapshot store'(room) {
    const store = room.snapshots();
    for (const id of IDS) {
      await refused(() => store.save(id, 1, {}), 'invalid-argument');
      await refused(() => store.loadLatest(id), 'invalid-argument');
      await refused(() => store.delete(id, 1), 'invalid-argument');
    }
    for (const seq of [...COUNTS, 0]) await refused(() => store.save('a', seq, {}), 'invalid-argument');
    for (const seq of COUNTS) {
      await refused(() => store.loadBefore('a', seq), 'invalid-argument');
      await refused(() => store.delete('a', seq), 'invalid-argument');
      await refused(() => store.load('a', { maxSeq: seq }), 'invalid-argument');
    }
    await refused(() => store.load('a', { max: 1 }), 'invalid-argument', /max/);
    equal(await store.loadLatest('a'), undefined);
  },

  async 'bad calls on a durable state store'(room) {
    const store = room.states();
    for (const id of IDS) {
      await refused(() => store.load(id), 'invalid-argument');
      await refused(() => store.save(id, 0, {}), 'invalid-argument');
      await refused(() => store.delete(id, 0), 'invalid-argument');
    }
    for (const revision of COUNTS) {
      await refused(() => store.save('a', revision, {}), 'invalid-argument', /save: revision/);
      await refused(() => store.delete('a', revision), 'invalid-argument', /delete: revision/);
    }
    for (const options of [{ token: 'no uuid' }, { token: 5 }, { tokens: [] }, null, 'token']) {
      await refused(() => store.save('a', 0, {}, options), 'invalid-argument');
      await refused(() => store.delete('a', 0, options), 'invalid-argument');
    }
    for (const manifest of [{ manifest: '' }, { manifest: 7 }, { manifest: 'a\nb' }, { version: 1 }, { manifest: 'a', version: 0 }]) {
      await refused(() => store.save('a', 0, {}, manifest), 'invalid-argument');
      await refused(() => store.delete('a', 0, manifest), 'invalid-argument');
    }
    equal((await store.load('a')).revision, 0);
  },
};

/** Options of the constructors: the same everywhere, and nothing is opened for them. */
export const wrongOptions = {
  async 'options that do not exist or are of the wrong type'() {
    const journals = [
      [{ pth: 'x' }, /"pth"/], [{ path: 5 }, /path/], [{ path: '' }, /path/], [{ wal: 'yes' }, /wal/],
      [{ eventsTable: 5 }, /eventsTable/], [{ busyTimeoutMs: -1 }, /busyTimeoutMs/], [{ busyTimeoutMs: 0.5 }, /busyTimeoutMs/],
      [{ checkpointPages: -1 }, /checkpointPages/], [{ checkpointPages: '8000' }, /checkpointPages/],
      [{ synchronous: 'off' }, /synchronous/], [{ driver: {} }, /driver/], [{ driver: 'opfs' }, /driver/],
      [{ codec: 'xml' }, /codec/], [{ codec: { encode() {} } }, /codec/], [null, /object/], ['events.db', /object/], [[], /object/],
    ];
    for (const [options, message] of journals) thrown(() => new SqliteJournal(options), 'invalid-argument', message);
    const stores = [[{ keepN: 0 }, /keepN/], [{ keepN: 1.5 }, /keepN/], [{ keep: 1 }, /"keep"/], [{ checkpointPages: 0.5 }, /checkpointPages/], [{ onUnreadable: 'skip' }, /onUnreadable/], [{ snapshotsTable: 1 }, /snapshotsTable/]];
    for (const [options, message] of stores) thrown(() => new SqliteSnapshotStore(options), 'invalid-argument', message);
    const states = [[{ keepN: 1 }, /"keepN"/], [{ statesTable: 1 }, /statesTable/], [{ busyTimeoutMs: -1 }, /busyTimeoutMs/], [{ checkpointPages: -1 }, /checkpointPages/], [{ codec: 'xml' }, /codec/]];
    for (const [options, message] of states) thrown(() => new SqliteDurableStateStore(options), 'invalid-argument', message);
    thrown(() => new InMemoryDurableStateStore({ path: 'x' }), 'invalid-argument', /"path"/);
    thrown(() => new InMemoryJournal({ path: 'x' }), 'invalid-argument', /"path"/);
    thrown(() => new InMemorySnapshotStore({ keepN: -1 }), 'invalid-argument', /keepN/);
    thrown(() => opfsDriver({ worker: 'x' }), 'invalid-argument', /"worker"/);
    for (const leaderTimeoutMs of [0, -1, 1.5, '5', Infinity]) {
      thrown(() => opfsDriver({ leaderTimeoutMs }), 'invalid-argument', /leaderTimeoutMs must be a positive/);
    }
    thrown(() => nativeDriver({ path: 5 }), 'invalid-argument', /path/);
    thrown(() => memoryDriver({ wasmUrl: 5 }), 'invalid-argument', /wasmUrl/);
  },

  async 'names that are no table’s'() {
    const names = ['1st', 'a b', 'a-b', 'a"b', "a'b", 'a;--', 'é', 'a.b', ' ', 'x'.repeat(300), 'sqlite_x', 'a\0b'];
    for (const name of names) {
      await refused(() => uses(new SqliteJournal({ eventsTable: name })), 'invalid-argument', /table/);
      await refused(() => new SqliteSnapshotStore({ snapshotsTable: name }).loadLatest('a'), 'invalid-argument', /table/);
      await refused(() => new SqliteDurableStateStore({ statesTable: name }).load('a'), 'invalid-argument', /table/);
    }
    for (const name of ['_', 'Orders_2', 'select', 'group']) {
      const journal = new SqliteJournal({ eventsTable: name });
      equal((await journal.append('a', entries(1), 0)).length, 1, name);
      await journal.close();
    }
  },

  async 'a path that memory does not keep'() {
    await refused(uses(new SqliteJournal({ path: 'events.db', driver: memoryDriver() })), 'invalid-argument', /:memory:/);
  },
};
