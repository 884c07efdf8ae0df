import { equal } from '../assert.mjs';
import { all, contents, counted, entries, PAGE, positions, range, tagged } from '../events.mjs';

async function shelf(room) {
  const journal = room.journal();
  await journal.append('books', [tagged('Emma', 'novel', 'english'), tagged('Faust', 'play', 'german')], 0);
  await journal.append('more', [{ event: 'notes' }, tagged('Macbeth', 'play', 'english')], 0);
  await journal.append('books', [tagged('Effi', 'novel', 'german')], 2);
  return async (filter, options) => contents(await all(journal.eventsByTag(filter, options)));
}

export const readSide = {
  async 'all events come in position order'(room) {
    const journal = room.journal();
    for (const n of range(1, 6)) await journal.append(n % 2 ? 'odd' : 'even', entries(n), Math.ceil(n / 2) - 1);
    equal(contents(await all(journal.allEvents())), range(1, 6));
  },

  async 'a position is where to go on from, exclusive'(room) {
    const journal = room.journal();
    const [first, second, third] = positions(await journal.append('a', counted(3), 0));
    equal(positions(await all(journal.allEvents({ fromPosition: 0 }))), [first, second, third]);
    equal(positions(await all(journal.allEvents({ fromPosition: first }))), [second, third]);
    equal(positions(await all(journal.allEvents({ fromPosition: third }))), []);
    equal(positions(await all(journal.allEvents({ fromPosition: Number.MAX_SAFE_INTEGER }))), []);
    equal(positions(await all(journal.allEvents({ fromPosition: first, limit: 1 }))), [second]);
  },

  async 'events are found by one tag'(room) {
    const found = await shelf(room);
    equal(await found('play'), ['Faust', 'Macbeth']);
    equal(await found('novel'), ['Emma', 'Effi']);
    equal(await found('unknown'), []);
    equal(await found('play', { limit: 1 }), ['Faust']);
  },

  async 'events are found by all, any and none of several tags'(room) {
    const found = await shelf(room);
    equal(await found({ all: ['play', 'german'] }), ['Faust']);
    equal(await found({ any: ['novel', 'german'] }), ['Emma', 'Faust', 'Effi']);
    equal(await found({ not: ['novel'] }), ['Faust', 'notes', 'Macbeth']);
    equal(await found({ not: ['novel', 'play'] }), ['notes']);
    equal(await found({ all: ['english'], not: ['play'] }), ['Emma']);
    equal(await found({ any: ['novel', 'play'], not: ['german'] }), ['Emma', 'Macbeth']);
    equal(await found({ all: ['play'], any: ['german', 'english'], not: ['english'] }), ['Faust']);
    equal(await found({ all: ['novel', 'play'] }), []);
  },

  async 'many pages of tagged events come once each and in order'(room) {
    const journal = room.journal();
    const tagsOf = (n) => [n % 2 ? 'odd' : 'even', ...(n % 3 ? [] : ['third'])];
    const batch = range(1, 3000).map((n) => ({ event: n, tags: tagsOf(n) }));
    await journal.append('a', batch, 0);
    const count = async (filter) => contents(await all(journal.eventsByTag(filter)));
    equal(await count({ any: ['odd', 'third'] }), range(1, 3000).filter((n) => n % 2 || n % 3 === 0));
    equal(await count({ all: ['even'], not: ['third'] }), range(1, 3000).filter((n) => n % 2 === 0 && n % 3));
    equal(await count({ any: ['odd', 'even'] }), range(1, 3000));
  },

  async 'what is written behind the position is found, whoever wrote it'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged(1, 'x')], 0);
    const [seen] = await all(journal.eventsByTag('x'));
    await journal.append('b', [tagged(2, 'x'), tagged(3, 'y')], 0);
    equal(contents(await all(journal.eventsByTag('x', { fromPosition: seen.position }))), [2]);
  },

  async 'a query ends where the journal ended when it began'(room) {
    const journal = room.journal();
    const count = PAGE + 100;
    await journal.append('a', range(1, count).map((n) => tagged(n, 'x')), 0);
    let last = count;
    for (const query of [() => journal.allEvents(), () => journal.eventsByTag('x')]) {
      const expected = range(1, last);
      const seen = [];
      for await (const { event } of query()) {
        if (seen.push(event) % 100 !== 1) continue;
        await journal.append('late', [tagged(++last, 'x')], last - count - 1);
      }
      equal(seen, expected);
    }
  },

  async 'an unknown id has the head 0'(room) {
    const journal = room.journal();
    equal(await journal.highestSeq('nobody'), 0);
    await journal.append('somebody', counted(3), 0);
    equal(await journal.highestSeq('somebody'), 3);
    equal(await journal.highestSeq('nobody'), 0);
  },

  async 'the last position is that of appends called before, also where its event is deleted'(room) {
    const journal = room.journal();
    equal(await journal.lastPosition(), 0);
    const earlier = journal.append('a', counted(3), 0);
    const last = journal.lastPosition();
    const later = journal.append('b', counted(1), 0);
    equal(await last, 3);
    await Promise.all([earlier, later]);
    await journal.delete('b', 1);
    equal(await journal.lastPosition(), 4);
  },

  async 'ids are listed in ascending order, page by page'(room) {
    const journal = room.journal();
    const ids = ['a', 'b', 'é', '\u{fffd}', '\u{1f600}'];
    for (const id of [...ids].reverse()) await journal.append(id, counted(2), 0);
    equal(await journal.persistenceIds(), ids);
    equal(await journal.persistenceIdsPaginated(undefined, 2), ['a', 'b']);
    equal(await journal.persistenceIdsPaginated('b', 2), ['é', '\u{fffd}']);
    equal(await journal.persistenceIdsPaginated('\u{fffd}', 2), ['\u{1f600}']);
    equal(await journal.persistenceIdsPaginated('\u{1f600}', 2), []);
    equal(await journal.persistenceIdsPaginated('aa', 1), ['b']);
  },

  async 'more ids than a page holds are listed once each'(room) {
    const journal = room.journal();
    const ids = range(1, 2 * PAGE + 100).map((n) => `id-${String(n).padStart(5, '0')}`);
    await Promise.all(ids.map((id) => journal.append(id, entries(1), 0)));
    equal(await journal.persistenceIds(), ids);
    equal(await journal.persistenceIdsPaginated(undefined, 1000), ids.slice(0, 1000));
  },

  async 'a compacted stream is still listed'(room) {
    const journal = room.journal();
    await journal.append('gone', counted(2), 0);
    await journal.delete('gone', 2);
    await journal.raiseCompactionMark('moved', 3);
    equal(await journal.persistenceIds(), ['gone', 'moved']);
  },
};
