/** Lists of the last events, which follow a journal. */
import { equal, ok } from '../assert.mjs';
import { all, contents, counted, entries, positions, range, seqs, tagged } from '../events.mjs';
import { forgetful } from '../forgetful.mjs';
import { liveEvents } from '../live.mjs';
import { failure, isLive, shown } from '../shown.mjs';

export const lists = {
  async 'the last events are kept, of a stream, of tags and of all'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged('red', 'red'), tagged('blue', 'blue'), tagged('more', 'red')], 0);
    await journal.append('b', [tagged('last', 'red')], 0);
    const last = async (query) => contents((await shown(liveEvents(journal, query), isLive)).state);
    equal(await last({ id: 'a' }), ['red', 'blue', 'more']);
    equal(await last({ id: 'a', limit: 2 }), ['blue', 'more']);
    equal(await last({ id: 'a', fromSeq: 3 }), ['more']);
    equal(await last({ filter: 'red' }), ['red', 'more', 'last']);
    equal(await last({ filter: { any: ['red', 'blue'] }, limit: 1 }), ['last']);
    equal(await last({ limit: 2 }), ['more', 'last']);
    const [first] = await journal.read('a', 1);
    equal(await last({ fromPosition: first.position }), ['blue', 'more', 'last']);
    equal(await last({ id: 'nobody' }), []);
  },

  async 'of more events than are kept, none is left out behind the first that stays'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2500), 0);
    const lives = [liveEvents(journal), liveEvents(journal, { id: 'a' })];
    for (const live of lives) {
      equal(seqs((await shown(live, isLive)).state), range(2401, 2500));
    }
    for (let head = 2500; head < 2800; head += 150) await journal.append('a', counted(150), head);
    for (const live of lives) {
      const { state } = await shown(live, ({ state }) => state.at(-1)?.sequenceNr === 2800);
      equal(seqs(state), range(2701, 2800));
    }
  },

  async 'of all events few more than the last are read, wherever those are'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged({ n: 0 }, 'rare'), ...counted(1999), ...Array.from({ length: 500 }, () => tagged({ n: 1 }, 'dense'))], 0);
    await journal.append('b', counted(2500), 0);
    await journal.delete('b', 2440);
    const { allEvents, eventsByTag } = journal;
    let read = 0;
    const counting = (query) => async function* (...asked) {
      for await (const event of query.apply(journal, asked)) yield (read++, event);
    };
    Object.assign(journal, { allEvents: counting(allEvents), eventsByTag: counting(eventsByTag) });
    for (const query of [{}, { filter: 'dense' }, { filter: { not: ['rare'] } }, { filter: 'rare' }, { fromPosition: 4999 }]) {
      for (const limit of [1, 7, 50, 100]) {
        read = 0;
        const { state } = await shown(liveEvents(journal, { ...query, limit }), isLive);
        ok(read <= 20 * limit, `${read} read for ${limit}`);
        const { filter, fromPosition } = query;
        const there = await all(filter ? eventsByTag.call(journal, filter) : allEvents.call(journal, { fromPosition }));
        equal(positions(state), positions(there.slice(-limit)));
      }
    }
  },

  async 'an event that cannot be read is nothing to a list that does not show it'(room) {
    const codec = forgetful();
    const journal = room.journal({ codec });
    await journal.append('a', range(1, 1000).map((n) => tagged(n, 'number')), 0);
    for (const unread of [1, 50, 150, 500, 850, 900]) {
      codec.forget(unread);
      for (const query of [{}, { filter: 'number' }, { id: 'a' }]) {
        equal(seqs((await shown(liveEvents(journal, query), ({ status }) => status !== 'catching-up')).state), range(901, 1000));
      }
    }
    codec.forget(901);
    equal((await failure(liveEvents(journal))).code, 'undecodable');
  },

  async 'the largest limit there is keeps all of them, each time they are looked at'(room) {
    const journal = room.journal();
    const lives = [{}, { id: 'a' }].map((query) => liveEvents(journal, { ...query, limit: Number.MAX_SAFE_INTEGER }));
    for (const head of [0, 1, 2]) {
      await journal.append('a', counted(1), head);
      for (const live of lives) {
        const { state, error } = await shown(live, ({ state, status }) => state.length > head || status === 'failed');
        equal([seqs(state), error], [range(1, head + 1), undefined]);
      }
    }
  },

  async 'a list stays until the one in its place is read'(room) {
    const codec = forgetful();
    const journal = room.journal({ codec });
    await journal.append('a', entries(1, 2, 3), 0);
    const lives = [{}, { id: 'a' }].map((query) => liveEvents(journal, { ...query, limit: 3 }));
    for (const live of lives) await shown(live, isLive);
    await journal.append('a', entries(...range(4, 10)), 3);
    for (const live of lives) {
      const lists = [];
      const end = live.subscribe(() => lists.push(contents(live.getSnapshot().state)));
      let before;
      for (const unread of [8, 9]) {
        codec.forget(unread);
        live.retry();
        const { state, error } = await shown(live, ({ status, error }) => status === 'failed' && error !== before);
        equal([error.code, contents(state)], ['undecodable', [1, 2, 3]]);
        before = error;
      }
      codec.forget(undefined);
      live.retry();
      equal(contents((await shown(live, isLive)).state), [8, 9, 10]);
      end();
      for (const list of lists) ok(list[0] === 1 || list.at(-1) === 10, `${list} was shown`);
    }
  },

  async 'of all events, too, those that have come while nobody looked are skipped without a gap'(room) {
    const journal = room.journal();
    await journal.append('a', counted(30), 0);
    const live = liveEvents(journal, { limit: 20 });
    for (const [head, more] of [[30, 5], [35, 19], [54, 20], [74, 21], [95, 500]]) {
      await shown(live, isLive);
      await journal.append('a', counted(more), head);
      const lists = [];
      const end = live.subscribe(() => lists.push(seqs(live.getSnapshot().state)));
      await shown(live, ({ state }) => state.at(-1)?.sequenceNr === head + more);
      end();
      for (const list of lists) equal(list, list.map((_, i) => list[0] + i));
      equal(lists.at(-1), range(head + more - 19, head + more));
    }
  },

  async 'a list never has a gap, however much has come while nobody looked'(room) {
    const journal = room.journal();
    await journal.append('a', counted(1500), 0);
    const live = liveEvents(journal, { id: 'a', limit: 1500 });
    await shown(live, isLive);
    await journal.append('a', counted(3000), 1500);
    const lists = [];
    const end = live.subscribe(() => lists.push(seqs(live.getSnapshot().state)));
    await shown(live, ({ state }) => state.at(-1)?.sequenceNr === 4500);
    end();
    for (const list of lists) equal(list, range(list[0], list[0] + 1499));
  },

  async 'a list that was shown stays as it is'(room) {
    const journal = room.journal();
    await journal.append('a', counted(3), 0);
    const live = liveEvents(journal, { limit: 3 });
    const end = live.subscribe(() => undefined);
    const before = (await shown(live, isLive)).state;
    await journal.append('a', counted(8), 3);
    await shown(live, ({ state }) => state.at(-1).sequenceNr === 11);
    equal(seqs(before), [1, 2, 3]);
    end();
  },
};
