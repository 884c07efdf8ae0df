/** The element `<journal-inspector>`, used as its user uses it. */
import { equal, ok } from '../package/assert.mjs';
import { inspected } from './inspecting.mjs';
import { values } from './inspector-values.mjs';

/** Runs in the page: two streams with tags. */
async function orders(journal) {
  await journal.append('order-1', [{ event: { n: 1, of: { tea: 2 } }, tags: ['new'] }, { event: { n: 2 }, tags: ['paid', 'large'] }], 0);
  await journal.append('order-2', [{ event: { n: 3 }, tags: ['new', 'large'] }], 0);
  await journal.append('person-1', [{ event: { n: 4 } }], 0);
}

/** Runs in the page: five events of a stream, with snapshots behind the second and the third. */
async function counts(journal, store) {
  await journal.append('count', [10, 20, 30, 40, 50].map((n) => ({ event: { n } })), 0);
  await store.save('count', 2, { sum: 30, seen: [10, 20] });
  await store.save('count', 3, { sum: 60, seen: [10, 20, 30] });
}

/** Runs in the page: what is too much to be shown at once. */
async function thousands(journal) {
  const entries = Array.from({ length: 4000 }, (_, n) => ({ event: { n }, tags: n % 1000 === 0 ? ['round'] : [] }));
  for (let head = 0; head < 20_000; head += 4000) await journal.append('long', entries, head);
}

/** Runs in the page: two events with a tag that are 999 positions apart. */
async function apart(journal) {
  const between = Array.from({ length: 998 }, () => ({ event: 'between' }));
  await journal.append('apart', [{ event: { n: 1 }, tags: ['rare'] }, ...between, { event: { n: 3 }, tags: ['rare'] }], 0);
}

/** Runs in the page: the inspector gets a journal that cannot read `{ n: 3 }`, and counts the queries. */
async function misread() {
  const { SqliteJournal } = await import('actor-journal');
  const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes).replace('"n":3', '"n":nothing'));
  const encode = (value) => new TextEncoder().encode(JSON.stringify(value));
  await globalThis.journal.close();
  const journal = new SqliteJournal({ path: globalThis.path, codec: { name: 'picky', encode, decode } });
  globalThis.queries = 0;
  for (const name of ['allEvents', 'eventsByTag', 'replay']) {
    const ask = journal[name].bind(journal);
    journal[name] = (...args) => (globalThis.queries++, ask(...args));
  }
  globalThis.journal = document.querySelector('journal-inspector').journal = journal;
}

const KEYS = '.events .row .key';
const LINES = '.events .row .line';
const FIRST = '.events .row[data-index="0"] .key';
const STREAMS = '.streams .row';

/** The places of a state's tree. */
const STATE = '.state-pane .body > .value > ul > li';

export const inspector = {
  'streams are shown with their heads, and the events of the one that is chosen': inspected(orders, async (inspecting) => {
    await inspecting.see(STREAMS, ['order-1 2', 'order-2 1', 'person-1 1']);
    await inspecting.see(LINES, ['{ n: 4 }', '{ n: 3 }', '{ n: 2 }', '{ n: 1, of: { tea: 2 } }']);
    await inspecting.see('.events-pane .count', ['4 events']);
    await inspecting.click(STREAMS, 'order-1');
    await inspecting.see(LINES, ['{ n: 2 }', '{ n: 1, of: { tea: 2 } }']);
    await inspecting.click('.all', 'All events');
    await inspecting.see(KEYS, ['4', '3', '2', '1']);
  }),

  'an event shows its place, its tags and what is in it, which opens and closes': inspected(orders, async (inspecting) => {
    await inspecting.click('.events .row', 'tea');
    const names = await inspecting.texts('.event-pane dt');
    const values = await inspecting.texts('.event-pane dd');
    equal(names, ['Stream', 'Seq', 'Position', 'Time', 'Tags']);
    equal([...values.slice(0, 3), values[4]], ['order-1', '1', '1', 'new']);
    await inspecting.see('.event-pane .body > .value > ul > li > .name', ['n', 'of']);
    await inspecting.see('.event-pane .body ul ul .name', ['tea']);
    await inspecting.press('.event-pane .body li summary', 'Enter');
    await inspecting.see('.event-pane .body ul ul .name', []);
    await inspecting.see('.event-pane .body li summary', ['{ tea: 2 }']);
  }),

  'streams are found by how their ids begin': inspected(orders, async (inspecting) => {
    await inspecting.type('#prefix', 'order');
    await inspecting.see(STREAMS, ['order-1 2', 'order-2 1']);
    await inspecting.type('#prefix', 'person-1');
    await inspecting.see(STREAMS, ['person-1 1']);
    for (const none of ['nobody', 'no/id']) {
      await inspecting.type('#prefix', none);
      await inspecting.see(STREAMS, []);
    }
    await inspecting.see('[role=alert]', []);
    await inspecting.type('#prefix', 'order-2');
    await inspecting.see(STREAMS, ['order-2 1']);
  }),

  'events are found by tags, in the journal and in a stream': inspected(orders, async (inspecting) => {
    await inspecting.type('#tags', 'new, large');
    await inspecting.see(KEYS, ['3']);
    await inspecting.choose('.filter select', 'any');
    await inspecting.see(KEYS, ['3', '2', '1']);
    await inspecting.choose('.filter select', 'not');
    await inspecting.see(KEYS, ['4']);
    await inspecting.click(STREAMS, 'order-1');
    await inspecting.see('.events-pane p', ['No events.']);
    await inspecting.choose('.filter select', 'any');
    await inspecting.type('#tags', 'paid');
    await inspecting.see(KEYS, ['2']);
  }),

  'a tag and a stream can be gone to from an event': inspected(orders, async (inspecting) => {
    await inspecting.click('.events .row', '{ n: 3 }');
    await inspecting.click('button.tag', 'large');
    await inspecting.see(KEYS, ['3', '2']);
    await inspecting.click('.events .row', '{ n: 2 }');
    await inspecting.click('.event-pane button', 'order-1');
    await inspecting.see(KEYS, ['2']);
    await inspecting.see('.streams .row[aria-selected=true]', ['order-1 2']);
  }),

  'what is written meanwhile appears, unless it is not to follow': inspected(orders, async (inspecting, page) => {
    await inspecting.see(KEYS, ['4', '3', '2', '1']);
    await page.evaluate(() => globalThis.journal.append('another', [{ event: 'hello' }], 0));
    await inspecting.see(LINES, ['"hello"', '{ n: 4 }', '{ n: 3 }', '{ n: 2 }', '{ n: 1, of: { tea: 2 } }']);
    await inspecting.see(STREAMS, ['another 1', 'order-1 2', 'order-2 1', 'person-1 1']);
    await inspecting.click('.check', 'Follow');
    await page.evaluate(() => globalThis.journal.append('another', [{ event: 'again' }], 1));
    await inspecting.see(STREAMS, ['another 2', 'order-1 2', 'order-2 1', 'person-1 1']);
    await inspecting.see(KEYS, ['5', '4', '3', '2', '1']);
    await inspecting.click('.check', 'Follow');
    await inspecting.see(KEYS, ['6', '5', '4', '3', '2', '1']);
  }),

  'streams that begin while the ids are read appear in their places, and none is read for them': inspected(orders, async (inspecting, page) => {
    await inspecting.see(STREAMS, ['order-1 2', 'order-2 1', 'person-1 1']);
    await page.evaluate(() => {
      const { journal } = globalThis;
      const ask = journal.persistenceIdsPaginated.bind(journal);
      globalThis.pages = 0;
      globalThis.held = new Promise((letGo) => (globalThis.letGo = letGo));
      journal.persistenceIdsPaginated = async (...args) => {
        globalThis.pages++;
        const ids = await ask(...args);
        await globalThis.held;
        return ids;
      };
    });
    await inspecting.click('button', 'Read again');
    await page.evaluate(async () => {
      for (const id of ['zebra', 'order-15', 'another']) await globalThis.journal.append(id, [{ event: 1 }, { event: 2 }], 0);
      globalThis.letGo();
    });
    await inspecting.see(STREAMS, ['another 2', 'order-1 2', 'order-15 2', 'order-2 1', 'person-1 1', 'zebra 2']);
    await page.evaluate(async () => {
      for (const id of ['𝄞', 'ﬁ']) await globalThis.journal.append(id, [{ event: 1 }], 0);
    });
    const ids = ['another', 'order-1', 'order-15', 'order-2', 'person-1', 'zebra', 'ﬁ', '𝄞'];
    await inspecting.see('.streams .row .id', ids);
    equal(await page.evaluate(() => globalThis.pages), 1, 'pages that were read');
    equal(await page.evaluate(() => globalThis.journal.persistenceIds()), ids, 'the order of the journal');
  }),

  'of many events only those in sight have rows, and the keyboard reaches all': inspected(thousands, async (inspecting, page) => {
    await inspecting.click(STREAMS, 'long');
    await inspecting.see('.events-pane .count', ['up to seq 20,000']);
    await inspecting.press('.events', 'Home');
    await inspecting.see('.event-pane dl > div:nth-child(2) dd', ['20,000']);
    await inspecting.press('.events', 'ArrowDown');
    await inspecting.see('.event-pane dl > div:nth-child(2) dd', ['19,999']);
    await inspecting.press('.events', 'End');
    await inspecting.see('.event-pane dl > div:nth-child(2) dd', ['1']);
    equal((await inspecting.texts(KEYS)).at(-1), '1');
    const rows = await page.evaluate(() => document.querySelector('journal-inspector').shadowRoot.querySelectorAll('.events .row').length);
    ok(rows < 100, `${rows} rows`);
  }),

  'of many events few have a tag: they are found, also the first one': inspected(thousands, async (inspecting) => {
    await inspecting.click(STREAMS, 'long');
    await inspecting.type('#tags', 'round');
    await inspecting.see(FIRST, ['19,001']);
    await inspecting.press('.events', 'End');
    await inspecting.see('.event-pane dl > div:nth-child(2) dd', ['1']);
    await inspecting.see('.events-pane .count', ['20 events']);
    await inspecting.click('.all', 'All events');
    await inspecting.see(FIRST, ['19,001']);
    await inspecting.press('.events', 'End');
    await inspecting.see('.event-pane dl > div:nth-child(2) dd', ['1']);
    await inspecting.see('.events-pane .count', ['20 events']);
  }),

  'what is written does not move what is being read': inspected(thousands, async (inspecting, page) => {
    await inspecting.click(STREAMS, 'long');
    await inspecting.see(FIRST, ['20,000']);
    await (await inspecting.element('.events')).evaluate((list) => list.scrollTo(0, 36 * 10_000));
    const keys = Array.from({ length: 12 }, (_, i) => (10_000 - i).toLocaleString('en'));
    await inspecting.see(KEYS, keys);
    await page.evaluate(() => globalThis.journal.append('long', [{ event: 1 }, { event: 2 }, { event: 3 }], 20_000));
    await page.waitForFunction(() => document.querySelector('journal-inspector').shadowRoot.querySelector('.events [aria-setsize="20003"]'));
    await inspecting.see(KEYS, keys);
  }),

  'events that were deleted leave no rows': inspected(thousands, async (inspecting, page) => {
    await page.evaluate(async () => {
      await globalThis.journal.append('other', [{ event: 'kept' }], 0);
      await globalThis.journal.delete('long', 19_998);
    });
    await inspecting.click('button', 'Read again');
    await inspecting.see(LINES, ['"kept"', '{ n: 3999 }', '{ n: 3998 }']);
    await inspecting.see('.events-pane .count', ['3 events']);
  }),

  'an event that cannot be read says why, and hides no other': inspected(orders, async (inspecting, page) => {
    await page.evaluate(misread);
    await inspecting.see(KEYS, ['4', '3', '2', '1']);
    ok((await inspecting.texts(LINES))[1].startsWith('undecodable: '), 'it says why');
  }),

  'one that cannot be read has one row, where it is, however far from others': inspected(apart, async (inspecting, page) => {
    await page.evaluate(misread);
    await inspecting.type('#tags', 'rare');
    await inspecting.see('.events-pane .count', ['2 events']);
    await inspecting.see(KEYS, ['1,000', '1']);
    const queries = await page.evaluate(() => globalThis.queries);
    ok(queries < 200, `${queries} queries`);
  }),

  'one that cannot be read is where it is in a stream, behind what was compacted': inspected(apart, async (inspecting, page) => {
    await page.evaluate(() => globalThis.journal.delete('apart', 999));
    await page.evaluate(misread);
    await inspecting.click(STREAMS, 'apart');
    await inspecting.see('.events-pane .count', ['1 event']);
    await inspecting.see(KEYS, ['1,000']);
  }),

  'one that is written and cannot be read says why, and those behind it follow': inspected(orders, async (inspecting, page) => {
    await page.evaluate(misread);
    await inspecting.see(KEYS, ['4', '3', '2', '1']);
    await page.evaluate(async () => {
      const { SqliteJournal } = await import('actor-journal');
      await new SqliteJournal({ path: globalThis.path }).append('another', [{ event: { n: 3 } }, { event: { n: 5 } }], 0);
    });
    await inspecting.see(KEYS, ['6', '5', '4', '3', '2', '1']);
    ok((await inspecting.texts(LINES))[1].startsWith('undecodable: '), 'it says why');
  }),

  'the state as of any seq is shown, and what is different as of another': inspected(counts, async (inspecting) => {
    await inspecting.click(STREAMS, 'count');
    await inspecting.see(STATE, ['sum: 150', 'seen: [ 3 ] 0: 30 1: 40 2: 50']);
    await inspecting.press('#as-of', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft');
    await inspecting.see(STATE, ['sum: 30', 'seen: [ 2 ] 0: 10 1: 20']);
    await inspecting.click('.check', 'Compare');
    await inspecting.see('.difference li', ['± sum 0 30', '+ seen.0 10', '+ seen.1 20']);
    await inspecting.click('.events .row', '{ n: 40 }');
    await inspecting.see('.difference li', ['± sum 0 100', '+ seen.0 20', '+ seen.1 30', '+ seen.2 40']);
  }),

  'snapshots are shown, and the slider turns to them': inspected(counts, async (inspecting) => {
    await inspecting.click(STREAMS, 'count');
    await inspecting.click('.snapshot summary', 'Seq 2');
    await inspecting.see('.snapshot[open] > .value > ul > li', ['sum: 30', 'seen: [ 2 ] 0: 10 1: 20']);
    await inspecting.click('.snapshot button', 'Turn the slider to it');
    await inspecting.see(STATE, ['sum: 30', 'seen: [ 2 ] 0: 10 1: 20']);
  }),

  'states behind compacted events come from a snapshot; before it nothing is made up': inspected(counts, async (inspecting, page) => {
    await page.evaluate(() => globalThis.journal.delete('count', 3));
    await inspecting.click(STREAMS, 'count');
    await inspecting.see(STATE, ['sum: 150', 'seen: [ 3 ] 0: 30 1: 40 2: 50']);
    await inspecting.press('#as-of', 'Home', 'ArrowRight');
    await inspecting.see('.state-pane .body', ['The events before seq 1 were compacted, and no snapshot covers them.']);
  }),

  'the journal is checked, and what it holds is told': inspected(orders, async (inspecting) => {
    await inspecting.click('button', 'Verify');
    await inspecting.see('.sound', ['✓ Sound: 3 streams and 4 events were checked.']);
    await inspecting.see('.storage-pane .buttons button', ['Verify', 'Back up']);
  }),

  'load is generated where the page asks for it, and is seen': inspected(orders, async (inspecting, page) => {
    await inspecting.click('button', 'Generate load');
    await page.waitForFunction(() => {
      const { shadowRoot } = document.querySelector('journal-inspector');
      return Number(shadowRoot.querySelector('.events .row .key').textContent.replace(',', '')) > 100;
    });
    await inspecting.click('button', 'Generate load');
    await page.waitForFunction(async () => {
      const { journal } = globalThis;
      let last;
      for await (last of journal.allEvents());
      const [first] = document.querySelector('journal-inspector').shadowRoot.querySelectorAll('.events .row[data-index="0"] .key');
      return first.textContent === last.position.toLocaleString('en');
    });
    const keys = (await inspecting.texts(KEYS)).map((key) => Number(key.replaceAll(',', '')));
    equal(keys, keys.map((_, i) => keys[0] - i), 'each event once');
    await inspecting.type('#prefix', 'load-');
    await page.waitForFunction(() => document.querySelector('journal-inspector').shadowRoot.querySelector('.streams-pane .count').textContent === '8');
    await page.waitForFunction(() => document.querySelector('journal-inspector').shadowRoot.querySelector('.rate .bars').getAttribute('d') !== '');
    const facts = await inspecting.texts('.pulse-pane .fact');
    ok(facts[0].startsWith('Written by anybody: '), facts[0]);
    ok(facts[1].startsWith('Appends of the load generated here: median '), facts[1]);
  }, { load: true }),

  'what others write is counted, and no time is told that was not taken here': inspected(orders, async (inspecting, page) => {
    await inspecting.see('.pulse-pane .fact', ['Nothing was written.']);
    await page.evaluate(() => globalThis.journal.append('another', [{ event: 'hello' }], 0));
    await page.waitForFunction(() => document.querySelector('journal-inspector').shadowRoot.querySelector('.pulse-pane .fact').textContent.startsWith('Written by anybody: '));
    equal((await inspecting.texts('.pulse-pane .fact')).length, 1, 'facts');
  }, { load: true }),

  'taken out of the page and put back it shows what is there by then': inspected(orders, async (inspecting, page) => {
    await inspecting.see(KEYS, ['4', '3', '2', '1']);
    await page.evaluate(async () => {
      const inspector = document.querySelector('journal-inspector');
      inspector.remove();
      await globalThis.journal.append('person-2', [{ event: { n: 5 } }], 0);
      document.body.append(inspector);
    });
    await inspecting.see(KEYS, ['5', '4', '3', '2', '1']);
    await page.evaluate(() => globalThis.journal.append('person-2', [{ event: { n: 6 } }], 1));
    await inspecting.see(KEYS, ['6', '5', '4', '3', '2', '1']);
  }),

  'taken from a journal while it is read, nothing of it is left, nor of why its reading failed': inspected(counts, async (inspecting, page) => {
    await inspecting.click('button', 'Verify');
    await inspecting.see('.sound', ['✓ Sound: 1 stream and 5 events were checked.']);
    await page.evaluate(async () => {
      const { journal } = globalThis;
      const held = new Promise((_, fail) => (globalThis.fail = () => fail(new Error('it was too late'))));
      held.catch(() => undefined);
      for (const name of ['highestSeq', 'storage', 'persistenceIdsPaginated']) journal[name] = () => held;
      for (const name of ['replay', 'allEvents']) journal[name] = async function* () { await held; };
    });
    await inspecting.click(STREAMS, 'count');
    await inspecting.click('button', 'Read again');
    await page.evaluate(async () => {
      const inspector = document.querySelector('journal-inspector');
      inspector.journal = undefined;
      await null;
      globalThis.fail();
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    });
    for (const none of [STREAMS, '.events .row', '.state-pane', '[role=alert]', '.sound', '.storage-pane .fact']) await inspecting.see(none, []);
    await inspecting.see('.pulse-pane .fact', ['Nothing was written.']);
    await page.evaluate(async () => {
      const { SqliteJournal } = await import('actor-journal');
      document.querySelector('journal-inspector').journal = new SqliteJournal({ path: globalThis.path });
    });
    await inspecting.see(STREAMS, ['count 5']);
    for (const none of ['[role=alert]', '.sound']) await inspecting.see(none, []);
  }),

  'without being asked it offers no load': inspected(orders, async (inspecting) => {
    await inspecting.see(KEYS, ['4', '3', '2', '1']);
    await inspecting.see('.pulse-pane button', []);
  }),

  ...values,
};
