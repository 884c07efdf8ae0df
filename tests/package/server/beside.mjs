/** Other programs on the same file at the same time. */
import { equal, ok } from '../assert.mjs';
import { SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore } from '../actor-journal.mjs';
import { contents, counted, range, tagged } from '../events.mjs';
import { freshFile } from './folder.mjs';
import { run } from './programs.mjs';
import { sqlite3, sqlite3Beside } from './sqlite3.mjs';

const RECOVERY = "SELECT event FROM events WHERE pid = 'a' AND seq > 1";

/** How many events the page's query for recovery finds behind the first. */
async function countedBeside(path) {
  return (await sqlite3Beside(path, RECOVERY)).length;
}

export const beside = {
  async 'the page’s queries work on the file in any SQLite tool'() {
    for (const wal of [false, true]) {
      const path = freshFile();
      const journal = new SqliteJournal({ path, wal });
      const snapshots = new SqliteSnapshotStore({ path });
      await journal.append('a', [{ event: 1 }, tagged({ n: 2 }, 'x', 'y'), { event: 3 }], 0);
      await snapshots.save('a', 3, { sum: 6 });
      for (const open of [true, false]) {
        if (!open) await Promise.all([journal.close(), snapshots.close()]);
        equal(sqlite3(path, RECOVERY), [{ event: '{"n":2}' }, { event: '3' }]);
        equal(sqlite3(path, 'SELECT pid, seq, tags FROM events WHERE ts > 0 AND tags IS NOT NULL'), [{ pid: 'a', seq: 2, tags: 'x,y' }]);
        equal(sqlite3(path, "SELECT pid, seq FROM events_tags WHERE tag = 'y'"), [{ pid: 'a', seq: 2 }]);
        equal(sqlite3(path, 'SELECT pid, seq, state FROM snapshots WHERE ts > 0'), [{ pid: 'a', seq: 3, state: '{"sum":6}' }]);
        equal(sqlite3(path, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
        equal(sqlite3(path, 'PRAGMA foreign_key_check'), []);
        equal(sqlite3(path, 'PRAGMA journal_mode'), [{ journal_mode: wal ? 'wal' : 'delete' }]);
      }
    }
  },

  async 'the tables and columns are the page’s'() {
    const path = freshFile();
    const journal = new SqliteJournal({ path, eventsTable: 'orders' });
    await journal.append('a', [tagged(1, 'x')], 0);
    await journal.close();
    const columns = (table) => sqlite3(path, `SELECT name, type FROM pragma_table_info('${table}')`).map(({ name, type }) => `${name} ${type}`);
    equal(columns('orders').slice(0, 5), ['pid TEXT', 'seq INTEGER', 'event BLOB', 'ts INTEGER', 'tags TEXT']);
    equal(columns('orders_tags').slice(0, 3), ['pid TEXT', 'seq INTEGER', 'tag TEXT']);
    equal(sqlite3(path, "SELECT typeof(event) AS type FROM orders"), [{ type: 'blob' }]);
  },

  async 'sqlite3 opens, queries and closes the file again and again while events are appended'() {
    const path = freshFile();
    const journal = new SqliteJournal({ path, wal: true });
    await journal.append('a', counted(1), 0);
    const counts = [];
    let appending = true;
    const looking = (async () => {
      while (appending) counts.push(await countedBeside(path));
    })();
    let head = 1;
    for (; head < 3000 || counts.length < 30; head++) await journal.append('a', [{ event: { n: head + 1 } }], head);
    appending = false;
    await looking;
    ok(counts.every((count, i) => i === 0 || count >= counts[i - 1]), `it never saw less: ${counts}`);
    equal(contents(await journal.read('a', 1)).map(({ n }) => n), range(1, head));
    await journal.close();
    equal(sqlite3(path, 'SELECT count(*) AS count, max(seq) AS head FROM events'), [{ count: head, head }]);
    equal(sqlite3(path, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  },

  async 'of two programs on one file one wins each seq'() {
    const path = freshFile();
    const names = ['one', 'two', 'three'];
    const won = await Promise.all(names.map(async (name) => JSON.parse(await run('compete', path, name, 100))));
    const journal = new SqliteJournal({ path });
    const winners = contents(await journal.read('a', 1));
    await journal.close();
    equal(winners.length, 300);
    names.forEach((name, i) => equal(won[i].map((seq) => winners[seq - 1]), won[i].map(() => name), name));
  },

  async 'of two programs on one file one wins each revision'() {
    const path = freshFile();
    const names = ['one', 'two'];
    const won = await Promise.all(names.map(async (name) => JSON.parse(await run('compete-states', path, name, 100))));
    equal(won.flat().sort((a, b) => a - b), range(1, 200));
    const store = new SqliteDurableStateStore({ path });
    const { revision, state } = await store.load('a');
    await store.close();
    equal(revision, 200);
    equal(state.map((name) => names.indexOf(name)), range(1, 200).map((n) => won.findIndex((revisions) => revisions.includes(n))));
  },
};

/** Node alone is held to a bound of memory. */
export const memory = {
  async 'a million events are appended and replayed in less than 150 MB'() {
    const count = 1_000_000;
    const { seen, peak } = JSON.parse(await run('million', freshFile(), count));
    equal(seen, count);
    ok(peak < 150 * 1024 * 1024, `${Math.round(peak / 1024 / 1024)} MB were resident`);
  },
};
