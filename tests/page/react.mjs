/** The hooks, in components of a real page. */
import { equal, ok } from '../package/assert.mjs';
import { withPage } from './browser.mjs';

/** Runs in the page before all else: React's development build says nothing of itself on the console. */
function quieten() {
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = { isDisabled: true };
  console.timeStamp = undefined;
}

/** Runs in the page: a journal of its own that counts the queries that are read from it. */
async function prepare({ path, app: address }) {
  const [journal, app] = await Promise.all([import('actor-journal'), import(address)]);

  class Counted extends journal.SqliteJournal {
    /** Live queries that have begun and not ended. */
    following = 0;

    #counted(events, { live = false }) {
      if (!live) return events;
      const count = (change) => void (this.following += change);
      return (async function* () {
        count(1);
        try {
          yield* events;
        } finally {
          count(-1);
        }
      })();
    }

    replay(id, options = {}) {
      return this.#counted(super.replay(id, options), options);
    }

    allEvents(options = {}) {
      return this.#counted(super.allEvents(options), options);
    }

    eventsByTag(filter, options = {}) {
      return this.#counted(super.eventsByTag(filter, options), options);
    }
  }

  class Saver extends journal.PersistentActor {
    persistenceId = 'account';
    initialState = () => 0;
    onEvent = (balance, deposited) => balance + deposited;

    onCommand(_, { deposit }) {
      this.persist(deposit, (balance) => this.reply(balance));
    }
  }

  const write = async (id, ...events) => {
    await globalThis.journal.append(id, events.map((event) => ({ event, tags: [id] })), await globalThis.journal.highestSeq(id));
  };
  Object.assign(globalThis, { ...journal, ...app, Counted, Saver, write, path, journal: new Counted({ path }) });
}

let databases = 0;

/** Lends a page with a journal of its own, and further pages with the same one. */
function onJournal(use) {
  return async ({ browser, blank, app }) => {
    const path = `react-${++databases}.db`;
    const opened = (use) =>
      withPage(
        browser,
        blank,
        async (page) => {
          await page.evaluate(prepare, { path, app });
          await use(page);
        },
        { prepare: quieten },
      );
    await opened((page) => use(page, opened));
  };
}

/** Waits until the page says this. */
async function see(page, ...expected) {
  const texts = () => Array.from(document.querySelectorAll('p'), (line) => line.textContent.trim().replace(/ +/g, ' '));
  try {
    await page.waitForFunction((texts, wanted) => JSON.stringify(new Function(`return (${texts})()`)()) === wanted, { timeout: 20_000 }, String(texts), JSON.stringify(expected));
  } catch (cause) {
    throw new Error(`the page says ${JSON.stringify(await page.evaluate(texts))}, not ${JSON.stringify(expected)}`, { cause });
  }
}

/** Waits until so many live queries are read. */
const follows = (page, count) => page.waitForFunction((count) => globalThis.journal.following === count, { timeout: 20_000 }, count);

const click = (page, id) => page.evaluate((id) => document.getElementById(id).click(), id);

const lists = {
  'a list shows what is there, and what is appended': onJournal(async (page) => {
    await page.evaluate(async () => {
      await globalThis.write('a', 1, 2);
      globalThis.mounted = globalThis.mount(globalThis.Events, { journal: globalThis.journal, query: { limit: 3 } });
    });
    await see(page, 'live: 1 2');
    await page.evaluate(() => globalThis.write('a', 3, 4));
    await see(page, 'live: 2 3 4');
  }),

  'what another tab appends is shown': onJournal(async (page, another) => {
    await page.evaluate(() => void globalThis.mount(globalThis.Events, { journal: globalThis.journal, query: { filter: 'a' } }));
    await see(page, 'live:');
    await another(async (other) => {
      await other.evaluate(() => globalThis.write('b', 0).then(() => globalThis.write('a', 1)));
      await page.bringToFront();
      await see(page, 'live: 1');
    });
  }),

  'another query is shown in place of the one before, which is ended': onJournal(async (page) => {
    await page.evaluate(async () => {
      await globalThis.write('a', 1, 2);
      await globalThis.write('b', 3);
      globalThis.mounted = globalThis.mount(globalThis.Events, { journal: globalThis.journal, query: { id: 'a' } });
    });
    for (const [query, texts] of [[{ id: 'b' }, 'live: 3'], [{ filter: 'a' }, 'live: 1 2'], [undefined, 'live: 1 2 3']]) {
      await page.evaluate((query) => globalThis.mounted.render({ journal: globalThis.journal, query }), query);
      await see(page, texts);
      await follows(page, 1);
    }
  }),

  'many events are caught up with in few renders': onJournal(async (page) => {
    await page.evaluate(async () => {
      for (let head = 0; head < 20_000; head += 4000) await globalThis.write('a', ...Array.from({ length: 4000 }, (_, n) => head + n + 1));
      const { journal } = globalThis;
      globalThis.mount(globalThis.Two, { components: [[globalThis.Sum, { journal }], [globalThis.Events, { journal, query: { limit: 2 } }]] });
    });
    await see(page, 'live: 200010000', 'live: 19999 20000');
    const count = await page.evaluate(() => globalThis.renders.count);
    ok(count <= 120, `${count} renders`);
  }),
};

const lives = {
  'in StrictMode there is one query, and none when the component is gone': onJournal(async (page) => {
    await page.evaluate(async () => {
      await globalThis.write('a', 1);
      globalThis.mounted = globalThis.mount(globalThis.Sum, { journal: globalThis.journal, query: { id: 'a' } }, { strict: true });
    });
    await see(page, 'live: 1');
    await follows(page, 1);
    await page.evaluate(() => globalThis.write('a', 2));
    await see(page, 'live: 3');
    await page.evaluate(() => globalThis.mounted.unmount());
    await follows(page, 0);
    await page.evaluate(() => globalThis.journal.close());
  }),

  'a component that comes back shows what has happened meanwhile': onJournal(async (page) => {
    for (const n of [1, 2, 3]) {
      await page.evaluate(() => void (globalThis.mounted = globalThis.mount(globalThis.Sum, { journal: globalThis.journal }, { strict: true })));
      await see(page, `live: ${n - 1}`);
      await page.evaluate(() => globalThis.mounted.unmount());
      await see(page);
      await page.evaluate(() => globalThis.write('a', 1));
    }
    await follows(page, 0);
  }),

  'a journal is there as long as its component, and once': onJournal(async (page) => {
    await page.evaluate(() => globalThis.write('a', 1));
    for (const strict of [true, false, true]) {
      await page.evaluate((strict) => {
        globalThis.handles = { opened: 0, closed: 0 };
        const driver = globalThis.opfsDriver();
        const binding = async (path) => {
          globalThis.handles.opened++;
          return driver.binding(path);
        };
        class Closing extends globalThis.SqliteJournal {
          async close() {
            await super.close();
            globalThis.handles.closed++;
          }
        }
        const open = () => new Closing({ path: globalThis.path, driver: { name: 'counted', binding } });
        globalThis.mounted = globalThis.mount(globalThis.Opening, { open }, { strict });
      }, strict);
      await see(page, 'live: 1');
      await page.evaluate(() => globalThis.mounted.unmount());
      await page.waitForFunction(() => globalThis.handles.closed === globalThis.handles.opened);
      equal(await page.evaluate(() => globalThis.handles.opened), 1);
    }
  }),

  'a server renders the state before the first event and reads nothing, and a page takes over from there': onJournal(async (page) => {
    const html = await page.evaluate(() => {
      const { Account, ActorSystem, Saver } = globalThis;
      const closed = new globalThis.SqliteJournal({ path: globalThis.path });
      closed.close();
      const components = [
        [globalThis.Sum, { journal: closed }],
        [globalThis.Events, { journal: closed }],
        [globalThis.Opening, { open: () => closed }],
        [Account, { system: ActorSystem.create('none'), create: () => new Saver(), name: 'account' }],
      ];
      return components.map(([component, props]) => globalThis.rendered(component, props).replace(/<[^>]*>/g, '').trim());
    });
    equal(html, ['catching-up: 0', 'catching-up:', 'catching-up:', 'catching-up: 0 Deposit']);
    const { errors } = await page.evaluate(async () => {
      await globalThis.write('a', 1);
      return (globalThis.hydrated = globalThis.hydrate(globalThis.Sum, { journal: globalThis.journal }));
    });
    await see(page, 'live: 1');
    equal(errors, []);
  }),
};

/** Where there is `<Activity>`, which is since 19.2. */
const hidden = {
  'what is hidden reads nothing and has no journal open, and is there again when it is shown': onJournal(async (page) => {
    const show = (mode) =>
      page.evaluate((mode) => {
        globalThis.journals ??= [];
        const open = () => (globalThis.journals.push(new globalThis.Counted({ path: globalThis.path })), globalThis.journals.at(-1));
        const props = { mode, component: globalThis.Opening, props: { open } };
        if (globalThis.mounted) globalThis.mounted.render(props);
        else globalThis.mounted = globalThis.mount(globalThis.Hideable, props);
      }, mode);
    await show('visible');
    await see(page, 'live:');
    await show('hidden');
    await page.waitForFunction(() => globalThis.journals[0].following === 0);
    equal(await page.evaluate(() => globalThis.journals[0].highestSeq('a').catch(({ code }) => code)), 'closed');
    await page.evaluate(() => globalThis.write('a', 1));
    await show('visible');
    await see(page, 'live: 1');
    equal(await page.evaluate(() => globalThis.journals.length), 2);
  }),
};

const failures = {
  'what is wrong with a query is shown': onJournal(async (page) => {
    await page.evaluate(() => {
      globalThis.mounted = globalThis.mount(globalThis.Events, { journal: globalThis.journal, query: { tag: 'a' } });
    });
    await see(page, 'failed: invalid-argument');
    await page.evaluate(() => globalThis.mounted.render({ journal: globalThis.journal, query: { filter: 'a' } }));
    await see(page, 'live:');
  }),

  'what is missing is refused by name, and what is no query is shown': onJournal(async (page) => {
    const refusals = await page.evaluate(() => {
      const { Account, ActorSystem, Opening, Saver, Shared, Sum, journal } = globalThis;
      const refusal = (component, props) => {
        try {
          globalThis.rendered(component, props);
        } catch (error) {
          return [error instanceof globalThis.JournalError, error.code, error.message.split(',')[0]];
        }
      };
      return [
        refusal(Sum, { journal, reducer: 3 }),
        refusal(Account, { create: () => new Saver(), name: 'account' }),
        refusal(Account, { system: ActorSystem.create('none'), name: 'account' }),
        refusal(Opening, {}),
        refusal(Opening, { open: () => undefined }),
        refusal(Shared, {}),
      ];
    });
    const messages = [
      'liveFold: reducer must be a function',
      'liveActor: system must be an ActorSystem',
      'liveActor: create must be a function',
      'useJournal: open must be a function',
      'useJournal: open must make a Journal',
      'useLive: live must be a LiveState',
    ];
    equal(refusals, messages.map((message) => [true, 'invalid-argument', message]));
    await page.evaluate(() => void (globalThis.mounted = globalThis.mount(globalThis.Events, {})));
    await see(page, 'failed: invalid-argument');
    await page.evaluate(() => globalThis.mounted.render({ journal: globalThis.journal, query: { fromPosition: 3n } }));
    await see(page, 'failed: invalid-argument');
    await page.evaluate(() => globalThis.mounted.render({ journal: globalThis.journal }));
    await see(page, 'live:');
  }),

  'what a reducer throws is shown, and a click reads on': onJournal(async (page) => {
    await page.evaluate(async () => {
      await globalThis.write('a', 1, 2, 3);
      const reducer = (sum, { event }) => {
        if (event === 3 && !globalThis.isMended) throw new RangeError('three');
        return sum + event;
      };
      globalThis.mount(globalThis.Sum, { journal: globalThis.journal, reducer }, { strict: true });
    });
    await see(page, 'failed: 3 projection');
    await page.evaluate(() => void (globalThis.isMended = true));
    await click(page, 'retry');
    await see(page, 'live: 6');
  }),

  'when the journal is closed that is shown': onJournal(async (page) => {
    await page.evaluate(() => void globalThis.mount(globalThis.Events, { journal: globalThis.journal }));
    await see(page, 'live:');
    await page.evaluate(() => globalThis.journal.close());
    await see(page, 'failed: closed');
  }),
};

/** Runs in the page: shows an account twice. */
function twoAccounts() {
  const { Account, ActorSystem, PersistenceExtensionId, Saver, journal } = globalThis;
  const system = ActorSystem.create('page');
  system.extension(PersistenceExtensionId).configure({ journal });
  globalThis.answers = [];
  const answered = (answer) => globalThis.answers.push(answer);
  const props = { system, create: () => new Saver(), name: 'account', answered };
  globalThis.mounted = globalThis.mount(globalThis.Two, { components: [[Account, props], [Account, props]] }, { strict: true });
}

const actors = {
  'a click is answered, and the state is shown wherever the actor is': onJournal(async (page) => {
    await page.evaluate(twoAccounts);
    await see(page, 'live: 0', 'live: 0');
    await click(page, 'account');
    await see(page, 'live: 5', 'live: 5');
    equal(await page.evaluate(() => globalThis.answers), [5]);
    await page.evaluate(() => globalThis.mounted.unmount());
    await follows(page, 0);
    await page.evaluate(twoAccounts);
    await see(page, 'live: 5', 'live: 5');
    await click(page, 'account');
    await see(page, 'live: 10', 'live: 10');
  }),

  'tabs that have the same actor take turns, and no click is lost': onJournal(async (page, another) => {
    await page.evaluate(twoAccounts);
    await another(async (other) => {
      await other.evaluate(twoAccounts);
      for (const tab of [page, other, page]) await click(tab, 'account');
      for (const tab of [page, other]) {
        await tab.bringToFront();
        await see(tab, 'live: 15', 'live: 15');
      }
    });
  }),
};

/** The scenarios for a version of React. */
export const react = (version) => ({ ...lists, ...lives, ...(version >= 19 ? hidden : {}), ...failures, ...actors });
