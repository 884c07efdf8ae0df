import { AtLeastOnceProjection } from '../actor-journal.mjs';
import { equal, ok, refused, thrown } from '../assert.mjs';
import { contents, entries, range, tagged } from '../events.mjs';
import { forgetful } from '../forgetful.mjs';

/** One that keeps what it was given in `found`. */
function collecting(room, journal, states, options = {}) {
  const found = [];
  const apply = async (event) => {
    await options.before?.(event);
    found.push(event);
  };
  const { before, ...settings } = options;
  const projection = room.tracked(new AtLeastOnceProjection(journal, states, { name: 'mails', apply, ...settings }));
  return { projection, found };
}

const failingAt = (number, times = Infinity) => ({ event }) => {
  if (event === number && times-- > 0) throw new Error(`it is ${number}`);
};

export const atLeastOnce = {
  async 'each event is dealt with in order, and the next one goes on behind it'(room) {
    const [journal, states] = [room.journal(), room.states()];
    await journal.append('a', entries(...range(1, 300)), 0);
    const first = collecting(room, journal, states);
    equal(await first.projection.catchUp(), 300);
    equal(contents(first.found), range(1, 300));
    equal(await first.projection.position(), 300);
    await first.projection.close();
    await journal.append('b', entries(301), 0);
    const second = collecting(room, journal, states);
    equal(await second.projection.catchUp(), 301);
    equal(contents(second.found), [301]);
  },

  async 'what is appended is followed until it is closed'(room) {
    const [journal, states] = [room.journal(), room.states()];
    let heard;
    const { projection, found } = collecting(room, journal, states, { filter: 'red', before: () => heard() });
    const running = projection.run();
    for (const n of range(1, 5)) {
      const hearing = new Promise((resolve) => (heard = resolve));
      await journal.append('a', [{ event: 0 }, tagged(n, 'red')], 2 * n - 2);
      await hearing;
    }
    await projection.close();
    await running;
    equal(contents(found), range(1, 5));
    for (const call of ['run', 'catchUp', 'position', 'skipped']) await refused(projection[call](), 'closed');
    const next = collecting(room, journal, states, { filter: 'red' });
    await next.projection.catchUp();
    equal(next.found, [], 'closing has noted all of it');
  },

  async 'an event that fails stops it, is tried again, or is passed over and recorded'(room) {
    const [journal, states] = [room.journal(), room.states()];
    await journal.append('a', entries(1, 6, 2, 6, 4), 0);
    const stopped = collecting(room, journal, states, { before: failingAt(6) });
    const error = await refused(stopped.projection.catchUp(), 'projection', /position 2: it is 6/);
    equal([error.position, await stopped.projection.position()], [2, 1]);
    const onFailure = (_, __, attempts) => (attempts < 3 ? { retryAfterMs: 1 } : 'skip');
    const { projection, found } = collecting(room, journal, states, { before: failingAt(6, 4), onFailure });
    equal(await projection.catchUp(), 5);
    equal(contents(found), [2, 6, 4]);
    equal((await projection.skipped()).map(({ position }) => position), [2]);
  },

  async 'an event that cannot be read stops it, or is passed over and recorded'(room) {
    const codec = forgetful();
    const [journal, states] = [room.journal({ codec }), room.states()];
    await journal.append('a', entries(1, 2, 3), 0);
    codec.forget(2);
    for (const call of ['catchUp', 'run']) {
      const { projection } = collecting(room, journal, states);
      const error = await refused(projection[call](), 'projection', /position 2: .*forgetful/);
      equal([error.persistenceId, error.sequenceNr, error.position, await projection.position()], ['a', 2, 2, 1]);
    }
    const failed = [];
    const { projection, found } = collecting(room, journal, states, { onFailure: (event) => (failed.push(event), 'skip') });
    equal(await projection.catchUp(), 3);
    equal([contents(found), failed], [[3], [{ persistenceId: 'a', sequenceNr: 2, position: 2 }]]);
    const [{ error, ...skipped }] = await projection.skipped();
    equal([skipped.persistenceId, skipped.sequenceNr, skipped.position, /forgetful/.test(error)], ['a', 2, 2, true]);
  },

  async 'catching up answers where the journal ended, whatever the filter passes'(room) {
    const [journal, states] = [room.journal(), room.states()];
    const { projection, found } = collecting(room, journal, states, { filter: 'red' });
    equal(await projection.catchUp(), 0);
    await journal.append('a', [tagged(1, 'red'), { event: 2 }, { event: 3 }], 0);
    equal([await projection.catchUp(), await projection.position()], [3, 3]);
    await journal.append('a', entries(4), 3);
    equal([await projection.catchUp(), await projection.position(), contents(found)], [4, 4, [1]]);
  },

  async 'another package’s journal is followed by what it answers'(room) {
    const [journal, states] = [room.journal(), room.states()];
    const another = {
      allEvents: (query) => journal.allEvents(query),
      eventsByTag: (filter, query) => journal.eventsByTag(filter, query),
      lastPosition: () => journal.lastPosition(),
    };
    await journal.append('a', [tagged(1, 'red'), { event: 2 }, tagged(3, 'red'), { event: 4 }], 0);
    const { projection, found } = collecting(room, another, states, { filter: 'red' });
    equal(await projection.catchUp(), 4);
    const all = collecting(room, another, states, { name: 'all' });
    equal([await all.projection.catchUp(), contents(found), contents(all.found)], [4, [1, 3], range(1, 4)]);
  },

  async 'another package’s journal that ends without a word when it is told to loses nothing'(room) {
    const [journal, states] = [room.journal(), room.states()];
    await journal.append('a', entries(...range(1, 10)), 0);
    const quiet = {
      eventsByTag: () => ok(false, 'nobody filters'),
      lastPosition: () => journal.lastPosition(),
      async *allEvents({ fromPosition, signal }) {
        for await (const event of journal.allEvents({ fromPosition })) {
          if (signal.aborted) return;
          yield event;
        }
      },
    };
    let closed;
    const first = collecting(room, quiet, states, {
      before: ({ position }) => {
        if (position === 3) closed = first.projection.close();
      },
    });
    await first.projection.catchUp().then(() => ok(false, 'it was ended'), () => closed);
    const second = collecting(room, quiet, states);
    equal([await second.projection.catchUp(), contents(second.found).at(-1)], [10, 10]);
    equal([...new Set([...contents(first.found), ...contents(second.found)])], range(1, 10));
  },

  async 'what was passed over is gathered anew only where that is more'(room) {
    const [journal, states] = [room.journal(), room.states()];
    await journal.append('a', entries(...range(1, 20)), 0);
    const kept = [];
    const keeping = {
      load: (id) => states.load(id),
      save: (id, revision, state) => {
        kept.push(state);
        return states.save(id, revision, state);
      },
    };
    const before = async (event) => {
      await states.load('a');
      failingAt(10)(event);
    };
    const { projection } = collecting(room, journal, keeping, { before, onFailure: () => 'skip' });
    equal(await projection.catchUp(), 20);
    ok(kept.length > 2, 'it was noted more than once');
    equal(new Set(kept.map(({ skipped }) => skipped)).size, 2);
    equal((await projection.skipped()).map(({ position }) => position), [10]);
  },

  async 'what could not be noted comes again'(room) {
    const [journal, states] = [room.journal(), room.states()];
    await journal.append('a', entries(...range(1, 50)), 0);
    let saves = 0;
    const failing = {
      load: (id) => states.load(id),
      save: async (...args) => {
        if (++saves === 3) throw new Error('the disk is gone');
        return states.save(...args);
      },
    };
    const { projection, found } = collecting(room, journal, failing, { before: () => states.load('a') });
    await projection.catchUp().then(() => ok(false, 'it goes on'), () => undefined);
    const noted = await projection.position();
    ok(noted < found.length, 'more was dealt with than noted');
    equal(await projection.catchUp(), 50);
    equal([...new Set(contents(found))], range(1, 50), 'all of them');
    ok(found.length > 50, 'some of them twice');
  },

  async 'a journal that ends before what was dealt with is an error, and nothing in it is passed over'(room) {
    const [journal, older, states] = [room.journal(), room.another().journal(), room.states()];
    await journal.append('a', entries(...range(1, 5)), 0);
    await collecting(room, journal, states).projection.catchUp();
    await older.append('a', entries(1, 2), 0);
    for (const call of ['catchUp', 'run']) {
      const { projection } = collecting(room, older, states);
      await refused(projection[call](), 'corrupt', /ends at position 2, before 5, up to which it was read/);
      equal(await projection.position(), 5);
    }
    await states.delete('mails', (await states.load('mails')).revision);
    const { projection, found } = collecting(room, older, states);
    equal(await projection.catchUp(), 2);
    equal(contents(found), [1, 2], 'it begins anew');
  },

  async 'of two that run at the same time one ends with a conflict'(room) {
    const [journal, states] = [room.journal(), room.states()];
    await journal.append('a', entries(...range(1, 20)), 0);
    const begun = [];
    let go;
    const both = new Promise((resolve) => (go = resolve));
    const before = async ({ event }) => {
      if (event === 1 && begun.push(event) === 2) go();
      await both;
    };
    const ran = await Promise.allSettled(range(1, 2).map(() => collecting(room, journal, states, { before }).projection.catchUp()));
    ok(ran.some(({ status, reason }) => status === 'rejected' && reason.code === 'conflict'), 'one of them');
    equal(await collecting(room, journal, states).projection.catchUp(), 20);
  },

  async 'wrong settings are refused at once'(room) {
    const [journal, states] = [room.journal(), room.states()];
    const good = { name: 'x', apply: () => undefined };
    for (const [over, positions, settings] of [[{}, states, good], [journal, {}, good], [journal, states, {}], [journal, states, { ...good, apply: 1 }], [journal, states, { ...good, tables: [] }]]) {
      thrown(() => new AtLeastOnceProjection(over, positions, settings), 'invalid-argument', /AtLeastOnceProjection/);
    }
    await refused(room.tracked(new AtLeastOnceProjection(journal, states, { ...good, filter: '' })).catchUp(), 'invalid-argument');
  },
};
