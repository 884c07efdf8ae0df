/** What the inspector makes of values, however large or odd they are. */
import { equal, ok } from '../package/assert.mjs';
import { inspected } from './inspecting.mjs';

const STATE = '.state-pane .body';
const LINES = '.difference li';

/** Runs in the page: two events, with other folds than those of a journal's user. */
async function two(journal) {
  await journal.append('two', [{ event: { n: 1 } }, { event: { n: 2 } }], 0);
}

/** Runs in the page: the state is an object of 300,000 parts, then one of which each thousandth is another. */
function foldManyParts() {
  const parts = (n) => Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`part-${i}`, i % 1000 === 999 ? n : i]));
  document.querySelector('journal-inspector').fold = { initial: parts(0), apply: (_, { n }) => parts(n) };
}

/** Runs in the page: counts the turns of the event loop in which the state is being read. */
function countTurns() {
  globalThis.turns = 0;
  const body = document.querySelector('journal-inspector').shadowRoot.querySelector('.state-pane .body');
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    if (body.getAttribute('aria-busy')) globalThis.turns++;
    port2.postMessage(undefined);
  };
  port2.postMessage(undefined);
}

export const values = {
  'values of every kind are shown, as text': inspected(async (journal) => {
    const { SqliteJournal } = await import('actor-journal');
    const cbor = new SqliteJournal({ path: globalThis.path, codec: 'cbor' });
    const event = { at: new Date(0), big: 2n ** 70n, bytes: new Uint8Array([7]), map: new Map([['k', 1]]), none: null, text: '<b>bold</b>' };
    await cbor.append('kinds', [{ event }], 0);
    await cbor.close();
    await journal.append('kinds', [{ event: Array.from({ length: 250 }, (_, n) => n) }], 1);
  }, async (inspecting) => {
    const parts = '.event-pane .body > .value > ul > li';
    await inspecting.click('.events .row', 'big');
    await inspecting.see(parts, ['at: 1970-01-01T00:00:00.000Z', 'big: 1180591620717411303424n', 'bytes: Uint8Array { 1 } 0: 7', 'map: Map { 1 } "k": 1', 'none: null', 'text: "<b>bold</b>"']);
    await inspecting.click('.events .row', '[0, 1,');
    await inspecting.click(`${parts} button`, '150 more');
    await inspecting.click(`${parts} button`, '50 more');
    equal((await inspecting.texts(parts)).at(-1), '249: 249');
  }),

  'what is null, deep, long or many bytes is shown like all else': inspected(async (journal) => {
    const { SqliteJournal } = await import('actor-journal');
    const deep = '['.repeat(90) + ']'.repeat(90);
    await journal.append('odd', [{ event: null }, { event: { deep: JSON.parse(deep) } }, { event: 'long'.repeat(100_000) }, { event: { constructor: { name: 'mine' } } }], 0);
    const cbor = new SqliteJournal({ path: globalThis.path, codec: 'cbor' });
    await cbor.append('odd', [{ event: { bytes: new Uint8Array(3_000_000).fill(7) } }], 4);
    await cbor.close();
  }, async (inspecting) => {
    const parts = '.event-pane .body > .value > ul > li';
    await inspecting.click('.events .row', 'null');
    await inspecting.see('.event-pane .body > .value', ['null']);
    await inspecting.click('.events .row', 'deep: [[');
    await inspecting.see(`${parts} > .name`, ['deep']);
    await inspecting.click('.events .row', '"longlong');
    ok((await inspecting.texts('.event-pane .body > .value'))[0].endsWith('long…"'), 'it is cut off');
    await inspecting.click('.events .row', 'mine');
    await inspecting.see('.event-pane .body > .value > summary .size', ['{ 1 }']);
    await inspecting.click('.events .row', 'Uint8Array');
    await inspecting.see(`${parts} > .value > summary .size`, ['Uint8Array { 3,000,000 }']);
    await inspecting.click(`${parts} button`, '2,999,900 more');
    await inspecting.see(`${parts} button`, ['2,999,800 more']);
  }),

  'of two large states the differences are shown some at a time, and the page gets its turns': inspected(two, async (inspecting, page) => {
    await page.evaluate(foldManyParts);
    await inspecting.click('.streams .row', 'two');
    await inspecting.see(`${STATE} > .value > summary .size`, ['{ 300,000 }']);
    await page.evaluate(countTurns);
    await inspecting.click('.check', 'Compare');
    const first = Array.from({ length: 100 }, (_, i) => `± part-${i || ''}999 0 2`);
    await inspecting.see(LINES, [...first, 'More']);
    const turns = await page.evaluate(() => globalThis.turns);
    ok(turns >= 20, `${turns} turns`);
    await inspecting.click(`${LINES} button`, 'More');
    await inspecting.see(`${LINES}:nth-child(200)`, ['± part-199999 0 2']);
    await inspecting.click(`${LINES} button`, 'More');
    await inspecting.see(`${LINES}:last-child`, ['± part-299999 0 2']);
    equal((await inspecting.texts(LINES)).length, 300);
  }),

  'differences are found in parts of every kind, and nothing is different in what is the same': inspected(two, async (inspecting, page) => {
    await page.evaluate(() => {
      const long = 'long'.repeat(50_000);
      const states = [
        { map: new Map([['k', 1], ['gone', 1]]), list: [1, 2, 3], bytes: new Uint8Array([1, 2]), text: `${long}a`, at: new Date(0), same: { of: [1] } },
        { map: new Map([['k', 2], ['new', 1]]), list: [1, 5], bytes: new Uint8Array([1, 3]), text: `${long}b`, at: new Date(1), same: { of: [1] } },
      ];
      document.querySelector('journal-inspector').fold = { initial: states[0], apply: (_, { n }) => states[n - 1] };
    });
    await inspecting.click('.streams .row', 'two');
    await inspecting.click('.check', 'Compare');
    await inspecting.see(`${LINES} .name`, ['map."k"', 'map."gone"', 'map."new"', 'list.1', 'list.2', 'bytes.1', 'text', 'at']);
    await inspecting.press('#as-of', 'ArrowLeft');
    await inspecting.see(`${STATE} .empty`, ['Nothing is different.']);
  }),

  'Maps are compared by key, however alike the names of two keys look': inspected(two, async (inspecting, page) => {
    await page.evaluate(() => {
      const long = 'long'.repeat(50);
      const map = (n, ...others) => new Map([[`${long}a`, 1], [`${long}b`, 2], [[long, 'a'], 3], [[long, 'b'], 4], [new Uint8Array([1]), 5], [new Uint8Array([2]), n], ...others]);
      const states = [map(6), map(6), map(7, [new Uint8Array([3]), 8], ['5', 9])];
      document.querySelector('journal-inspector').fold = { initial: states[0], apply: (_, { n }) => states[n] };
    });
    await inspecting.click('.streams .row', 'two');
    await inspecting.click('.check', 'Compare');
    await inspecting.see(LINES, ['± Uint8Array(1) 6 7', '+ Uint8Array(1) 8', '+ "5" 9']);
    await inspecting.press('#as-of', 'ArrowLeft');
    await inspecting.see(`${STATE} .empty`, ['Nothing is different.']);
  }),

  'what cannot be compared when more is asked for is told behind what was': inspected(two, async (inspecting, page) => {
    await page.evaluate(() => {
      const state = (n) => {
        const parts = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`part-${i}`, i < 150 ? n : i]));
        return Object.defineProperty(parts, 'part-3000', { enumerable: true, get: () => { throw new RangeError('nothing here'); } });
      };
      document.querySelector('journal-inspector').fold = { initial: state(0), apply: (_, { n }) => state(n) };
    });
    await inspecting.click('.streams .row', 'two');
    await inspecting.click('.check', 'Compare');
    await inspecting.see(`${LINES}:last-child`, ['More']);
    await inspecting.click(`${LINES} button`, 'More');
    await inspecting.see(`${LINES}:last-child`, ['nothing here']);
    equal((await inspecting.texts(LINES)).length, 101);
  }),

  'a fold that fails says at which event': inspected(two, async (inspecting, page) => {
    await page.evaluate(() => {
      const apply = (sum, { n }) => {
        if (n === 2) throw new RangeError('not two');
        return sum + n;
      };
      document.querySelector('journal-inspector').fold = { initial: 0, apply };
    });
    await inspecting.click('.streams .row', 'two');
    await inspecting.see(STATE, ['The fold has failed at seq 2 of "two", position 2: not two']);
  }),

  'a time that no date holds is shown as its number': inspected(async (journal) => {
    const { InMemoryJournal } = await import('actor-journal');
    const other = new InMemoryJournal();
    await other.append('late', [{ event: { n: 1 } }, { event: { n: 2 } }], 0);
    let lines = '';
    for await (const line of other.export()) lines += line;
    await journal.import(lines.replace(/\b1\d{12}\b/, '8640000000000001'));
    await other.close();
  }, async (inspecting) => {
    await inspecting.see('.events .row .line', ['{ n: 2 }', '{ n: 1 }']);
    equal((await inspecting.texts('.events .row .time'))[1], '8,640,000,000,000,001');
    await inspecting.click('.events .row', '{ n: 1 }');
    await inspecting.see('.event-pane dl > div:nth-child(4) dd', ['8,640,000,000,000,001']);
  }),

  'what was set before the element was defined is taken over, whatever else is refused': inspected(two, async (inspecting, page) => {
    const refusals = await page.evaluate(() => {
      const { fold } = document.querySelector('journal-inspector');
      const early = document.implementation.createHTMLDocument().createElement('journal-inspector');
      Object.assign(early, { journal: globalThis.journal, snapshotStore: 3, fold, restore: 'restore' });
      const told = [];
      addEventListener('error', (event) => {
        told.push(event.error.message);
        event.preventDefault();
      });
      document.querySelector('journal-inspector').replaceWith(early);
      return [told, early.journal === globalThis.journal, early.snapshotStore === undefined, early.fold === fold, early.restore === undefined];
    });
    const told = ['snapshotStore must be a SnapshotStore', 'restore must be a function'].map((what) => `journal-inspector: ${what}`);
    equal(refusals, [told, true, true, true, true]);
    await inspecting.see('.events .row .key', ['2', '1']);
  }),

  'what a property cannot hold is refused, and what it held is still shown': inspected(two, async (inspecting, page) => {
    const refusals = await page.evaluate(() => {
      const inspector = document.querySelector('journal-inspector');
      return ['journal', 'snapshotStore', 'fold', 'restore'].map((name) => {
        const before = inspector[name];
        try {
          inspector[name] = 3;
        } catch ({ name: kind, code, message }) {
          return [kind, code, message, inspector[name] === before];
        }
      });
    });
    const whats = ['journal must be a Journal', 'snapshotStore must be a SnapshotStore', 'fold must be a fold, with apply(), or a function', 'restore must be a function'];
    equal(refusals, whats.map((what) => ['JournalError', 'invalid-argument', `journal-inspector: ${what}`, true]));
    await inspecting.see('.events .row .key', ['2', '1']);
    await page.evaluate(() => void (document.querySelector('journal-inspector').journal = null));
    await inspecting.see('.events .row', []);
  }),
};
