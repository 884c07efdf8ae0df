import { InMemoryJournal, JournalError, ProjectionError, SqliteProjection } from '../actor-journal.mjs';
import { equal, ok, refused, thrown } from '../assert.mjs';
import { all, entries, range, tagged } from '../events.mjs';
import { forgetful } from '../forgetful.mjs';
import { making } from '../making.mjs';
import { folded, Totals, totals } from '../totals.mjs';

/** The calls that change a projection. */
const PROJECTING = ['beginProjection', 'applyChanges', 'skipEvent', 'swapProjection'];

/** Totals over what was appended to a few streams. */
async function appended(room, options) {
  const journal = room.journal();
  for (const id of ['a', 'b', 'c']) await journal.append(id, entries(...range(1, 300)), 0);
  return { journal, projection: room.tracked(new Totals(journal, options)) };
}

/** Fails at `number`, `times` times at most. */
const failingAt = (number, times = Infinity) => ({
  fail(event) {
    if (event === number && times-- > 0) throw new Error(`it is ${number}`);
  },
});

export const projections = {
  async 'a view is what the events make of it'(room) {
    const { journal, projection } = await appended(room);
    equal(await projection.position(), 0);
    equal(await projection.catchUp(), 900);
    equal(await totals(projection), await folded(journal));
    await journal.append('a', entries(1000), 300);
    equal(await projection.catchUp(), 901);
    equal(await totals(projection), await folded(journal));
    equal(await projection.query('SELECT * FROM {totals} WHERE id = ?1', ['b']), [{ id: 'b', total: 45150 }]);
    equal(await projection.query('SELECT * FROM {totals} WHERE id = ?1', ['x']), []);
  },

  async 'only events that pass the filter are applied'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged(1, 'red'), { event: 2 }, tagged(4, 'red', 'old'), { event: 8 }], 0);
    const projection = room.tracked(new Totals(journal, { filter: { all: ['red'], not: ['old'] } }));
    equal(await projection.catchUp(), 4, 'it knows of what was left out');
    equal(await totals(projection), { a: 1 });
  },

  async 'each event counts once, however many run it while others append'(room) {
    const journal = room.journal();
    const projections = range(1, 3).map(() => room.tracked(new Totals(journal)));
    const running = projections.map((projection) => projection.run());
    await Promise.all(
      range(1, 8).map(async (n) => {
        for (let seq = 0; seq < 30; seq++) await journal.append(`s-${n}`, entries(seq), seq);
      }),
    );
    equal(await projections[0].catchUp(), 240);
    equal(await totals(projections[1]), await folded(journal));
    await Promise.all(projections.map((projection) => projection.close()));
    await Promise.all(running);
  },

  async 'what is appended is followed until the projection is closed'(room) {
    const journal = room.journal();
    const told = [];
    let heard;
    const projection = room.tracked(new Totals(journal, { fail: (event) => void (told.push(event), heard?.()) }));
    const running = projection.run();
    for (const n of range(1, 5)) {
      const hearing = new Promise((resolve) => (heard = resolve));
      await journal.append('a', entries(n), n - 1);
      await hearing;
    }
    await projection.close();
    await running;
    equal(told, range(1, 5));
    await projection.close();
    for (const call of ['run', 'catchUp', 'position', 'rebuild', 'skipped']) await refused(projection[call](), 'closed');
    await refused(projection.query('SELECT 1'), 'closed');
    equal(await journal.highestSeq('a'), 5, 'the journal stays open');
  },

  async 'it can be closed at each turn of its beginning'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1), 0);
    const projection = room.tracked(new Totals(journal));
    await projection.catchUp();
    for (const count of range(0, 30)) {
      const beginning = new Totals(journal);
      const running = beginning.run();
      await turns(count);
      await beginning.close();
      await running;
    }
    equal(await totals(projection), { a: 1 });
  },

  async 'it can be closed at each call of its beginning'(room) {
    for (const last of range(1, 2)) {
      let calls = 0;
      let closed;
      const closing = async (_, call) => {
        if (++calls === last) closed = projection.close();
        return call();
      };
      const journal = room.tracked(new InMemoryJournal({ driver: making(PROJECTING, closing) }));
      const projection = room.tracked(new Totals(journal));
      await projection.run();
      await closed;
      ok(calls >= last, 'it was closed on its way');
    }
  },

  async 'closing the journal ends it'(room) {
    const journal = room.journal();
    const projection = room.tracked(new Totals(journal));
    await projection.catchUp();
    const running = refused(projection.run(), 'closed');
    await journal.close();
    await running;
  },

  async 'an event that fails stops it in front of that event'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1, 2, 6, 4), 0);
    const projection = room.tracked(new Totals(journal, failingAt(6)));
    const error = await refused(projection.catchUp(), 'projection', /position 3: it is 6/);
    ok(error instanceof ProjectionError, 'its class');
    equal([error.position, error.persistenceId, error.sequenceNr, error.cause.message], [3, 'a', 3, 'it is 6']);
    equal(await projection.position(), 2);
    equal(await totals(projection), { a: 3 });
    await refused(projection.run(), 'projection');
  },

  async 'an event that fails is tried again or passed over and recorded'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1, 6, 2, 6, 4), 0);
    const asked = [];
    const onFailure = ({ event, position }, { message }, attempts) => {
      asked.push([event, position, attempts, message.includes('it is 6')]);
      return attempts < 3 ? { retryAfterMs: 1 } : 'skip';
    };
    const projection = room.tracked(new Totals(journal, { ...failingAt(6, 4), onFailure }));
    equal(await projection.catchUp(), 5);
    equal(await totals(projection), { a: 13 });
    equal(asked, [...range(1, 3).map((n) => [6, 2, n, true]), [6, 4, 1, true]]);
    const [skipped, ...others] = await projection.skipped();
    equal([skipped.persistenceId, skipped.sequenceNr, skipped.position, others], ['a', 2, 2, []]);
    ok(/it is 6/.test(skipped.error) && skipped.timestamp > 0, 'why and when');
  },

  async 'it waits for the longest times before it tries again, and for fractions'(room) {
    const journal = room.journal();
    await journal.append('a', entries(6), 0);
    for (const retryAfterMs of [2 ** 31, Number.MAX_VALUE]) {
      let tries = 0;
      let tried;
      const first = new Promise((resolve) => (tried = resolve));
      const onFailure = (_, __, attempts) => {
        tried((tries = attempts));
        return { retryAfterMs };
      };
      const waiting = new Totals(journal, { ...failingAt(6), onFailure });
      const ended = refused(waiting.catchUp(), 'closed');
      await first;
      const settings = { name: `beside ${retryAfterMs}`, table: `beside_${retryAfterMs === 2 ** 31}`, ...failingAt(6, 20), onFailure: () => ({ retryAfterMs: 0.5 }) };
      const short = room.tracked(new Totals(journal, settings));
      equal(await short.catchUp(), 1);
      equal(tries, 1, 'it waits meanwhile');
      await waiting.close();
      await ended;
    }
  },

  async 'a statement that SQLite refuses fails its event alone'(room) {
    const journal = room.journal();
    const wrong = ['INSERT INTO {totals} VALUES (1)', 'DELETE FROM events', 'PRAGMA user_version = 7', 'SELECT 1', 'COMMIT', 'nonsense'];
    await journal.append('a', entries(1, ...wrong, 2), 0);
    const projection = room.tracked(new Totals(journal, { onFailure: () => 'skip' }));
    equal(await projection.catchUp(), 8);
    equal(await totals(projection), { a: 3 });
    equal((await projection.skipped()).map(({ position }) => position), range(2, 7));
    equal((await all(journal.allEvents())).length, 8);
  },

  async 'an event that cannot be read is passed over where that is asked for'(room) {
    const codec = forgetful();
    const journal = room.journal({ codec });
    await journal.append('a', entries(1, 2, 3), 0);
    codec.forget(2);
    const stopped = room.tracked(new Totals(journal, { name: 'stopped' }));
    await refused(stopped.catchUp(), 'projection', /position 2: .*forgetful/);
    await stopped.close();
    const failed = [];
    const projection = room.tracked(new Totals(journal, { name: 'going on', table: 'sums', onFailure: (event) => (failed.push(event), 'skip') }));
    equal(await projection.catchUp(), 3);
    equal(await totals(projection), { a: 4 });
    equal(failed, [{ persistenceId: 'a', sequenceNr: 2, position: 2 }]);
  },

  async 'a rebuild stands beside until it takes the place'(room) {
    const { journal, projection } = await appended(room);
    await projection.catchUp();
    const running = projection.run();
    let seen;
    const other = room.tracked(
      new Totals(journal, {
        factor: 2,
        fail: async () => (seen ??= await totals(projection)),
      }),
    );
    await other.rebuild();
    equal(seen, { a: 45150, b: 45150, c: 45150 }, 'what stood meanwhile');
    equal(await totals(projection), { a: 90300, b: 90300, c: 90300 });
    await projection.close();
    await running;
    equal(await other.position(), 900);
  },

  async 'of two rebuilds the later one takes the place'(room) {
    const { journal, projection } = await appended(room);
    const other = room.tracked(new Totals(journal, { factor: 2 }));
    const late = room.tracked(new Totals(journal, { fail: async () => (begun ??= other.rebuild()) }));
    let begun;
    await refused(late.rebuild(), 'busy', /another rebuild/);
    await begun;
    equal(await totals(projection), { a: 90300, b: 90300, c: 90300 });
  },

  async 'a step whose answer was lost is not applied twice'(room) {
    const lost = ['applyChanges', 'applyChanges', 'beginProjection', 'swapProjection'];
    const losing = async (method, call) => {
      const answer = await call();
      if (lost[0] !== method) return answer;
      lost.shift();
      throw new JournalError('lost', 'the worker has died');
    };
    const journal = room.tracked(new InMemoryJournal({ driver: making(PROJECTING, losing) }));
    for (const id of ['a', 'b', 'c']) await journal.append(id, entries(...range(1, 300)), 0);
    const projection = room.tracked(new Totals(journal));
    while (lost.length > 0) {
      await refused(projection.catchUp(), 'lost');
      await refused(projection.rebuild(), 'lost');
    }
    equal(await projection.catchUp(), 900);
    equal(await totals(projection), await folded(journal));
  },

  async 'calls that are made again, as they were, change nothing'(room) {
    const twice = async (_, call) => {
      await call();
      return call();
    };
    const journal = room.tracked(new InMemoryJournal({ driver: making(PROJECTING, twice) }));
    await journal.append('a', entries(...range(1, 5), 'nonsense', ...range(7, 600)), 0);
    const projection = room.tracked(new Totals(journal, { onFailure: () => 'skip' }));
    equal(await projection.catchUp(), 600);
    equal([await totals(projection), (await projection.skipped()).length], [{ a: 180294 }, 1]);
    await projection.rebuild();
    equal([await totals(projection), (await projection.skipped()).length], [{ a: 180294 }, 1]);
  },

  async 'values come back as they were'(room) {
    const journal = room.journal();
    const values = [null, 0, -1, 2 ** 53 - 1, 0.5, -1e300, Infinity, 2n ** 60n, -(2n ** 63n), '', 'zwölf \0 ☕', new Uint8Array(), new Uint8Array([0, 255])];
    await journal.append('a', entries(1), 0);
    const projection = room.tracked(
      new SqliteProjection(journal, {
        name: 'values',
        tables: ['kept'],
        create: 'CREATE TABLE {kept} (n INTEGER PRIMARY KEY, value); CREATE INDEX {kept}_value ON {kept} (value)',
        apply: async () => values.map((value, n) => ({ sql: 'INSERT INTO {kept} VALUES (?1, ?2)', params: [n, value] })),
      }),
    );
    await projection.catchUp();
    equal((await projection.query('SELECT value FROM {kept} ORDER BY n')).map(({ value }) => value), values);
    const [row] = await projection.query('SELECT ?1 AS yes, ?2 AS no, typeof(?3) AS whole, typeof(?4) AS real, ?5 AS exact, ?6 AS safe', [true, false, 2, 2 ** 53, 2n ** 53n, 7n]);
    equal(row, { yes: 1, no: 0, whole: 'integer', real: 'real', exact: 2n ** 53n, safe: 7 });
    for (const wrong of [NaN, 2n ** 63n, undefined, {}, new Date(), '\ud800']) {
      await refused(projection.query('SELECT ?1', [wrong]), 'invalid-argument', /params\[0\] must be/);
    }
  },

  async 'a query reads, and of one moment what an answer holds'(room) {
    const { projection } = await appended(room);
    equal((await projection.query('SELECT count(*) AS count FROM events'))[0], { count: 900 });
    for (const wrong of ['DELETE FROM {totals}', 'DROP TABLE {totals}', 'ATTACH \'x\' AS x', 'SELEC']) {
      await refused(projection.query(wrong), 'invalid-argument');
    }
    await refused(projection.query('SELECT ?1'), 'invalid-argument');
    await refused(projection.query('SELECT zeroblob(1000000) FROM events LIMIT 40'), 'invalid-argument', /LIMIT/);
    equal((await projection.query('SELECT zeroblob(1000000) AS zeros FROM events LIMIT 10')).length, 10);
  },

  async 'what cannot be made is not begun'(room) {
    const journal = room.journal();
    const made = (create, tables = ['totals']) => room.tracked(new SqliteProjection(journal, { name: 'x', tables, create, apply: () => [] }));
    for (const create of ['CREATE TABLE {totals} (', 'CREATE TABLE other (id)', 'DROP TABLE events']) {
      await refused(made(create).position(), 'projection', /in `create`/);
    }
    await refused(made('').position(), 'invalid-argument', /has not made the table "totals"/);
    await refused(made('', ['no table']).position(), 'invalid-argument');
    equal(await made('CREATE TABLE {totals} (id)').position(), 0);
  },

  async 'wrong settings are refused at once'(room) {
    const journal = room.journal();
    const good = { name: 'x', tables: ['x'], create: '', apply: () => [] };
    const made = (settings, over = journal) => () => new SqliteProjection(over, settings);
    for (const wrong of [undefined, 1, {}, { ...good, name: '' }, { ...good, tables: 'x' }, { ...good, create: 1 }, { ...good, apply: 1 }, { ...good, filter: '' }, { ...good, onFailure: 1 }, { ...good, more: 1 }]) {
      thrown(made(wrong), 'invalid-argument', /SqliteProjection/);
    }
    for (const other of [null, {}, { ...journal }]) thrown(made(good, other), 'invalid-argument', /journal must be/);
    await journal.append('a', entries(1), 0);
    for (const answer of [undefined, {}, [1], [{}], [{ sql: 1 }], [{ sql: 'x', params: 1 }], [{ sql: 'x', params: [{}] }]]) {
      const projection = room.tracked(new Totals(journal, { answer: () => answer }));
      await refused(projection.catchUp(), 'projection', /apply: /);
    }
    for (const answer of [1, 'later', {}, { retryAfterMs: -1 }, { retryAfterMs: NaN }, { retryAfterMs: Infinity }, { retryAfterMs: '1' }]) {
      const projection = room.tracked(new Totals(journal, { ...failingAt(1), onFailure: () => answer }));
      await refused(projection.catchUp(), 'projection', /onFailure/);
    }
  },
};

export const projectionsGoOn = {
  async 'a projection goes on where it was, also from another journal on the path'(room) {
    const { journal, projection } = await appended(room);
    await projection.catchUp();
    await journal.close();
    const again = room.journal();
    const other = room.journal();
    const [one, two] = [again, other].map((over) => room.tracked(new Totals(over)));
    equal(await one.position(), 900);
    const running = [one.run(), two.run()];
    await other.append('a', entries(1, 2), 300);
    await again.append('b', entries(4), 300);
    equal(await two.catchUp(), 903);
    equal(await totals(one), await folded(other));
    await one.close();
    await two.close();
    await Promise.all(running);
  },
};

/** Lets the event loop go on so often. */
async function turns(count) {
  while (count-- > 0) await new Promise(globalThis.setImmediate ?? setTimeout);
}
