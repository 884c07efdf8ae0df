/** Wrong files: each is refused with a clear error, left as it was, and may be tried again. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { nativeDriver, SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, contents, counted, entries, listening, named, range, seqs, tagged } from '../events.mjs';
import { folder, freshFile } from './folder.mjs';
import { run } from './programs.mjs';
import { holdExclusively, sqlite3 } from './sqlite3.mjs';

/** The user `nobody`, who owns nothing. */
const NOBODY = 65534;

/** Lends a journal, which is closed afterwards. */
async function lent(path, use, options = {}) {
  const journal = new SqliteJournal({ path, ...options });
  try {
    return await use(journal);
  } finally {
    await journal.close();
  }
}

/** A file with a journal of `count` events. */
async function written(count, options) {
  const path = freshFile();
  await lent(path, (journal) => journal.append('a', counted(count), 0), options);
  return path;
}

const read = (path) => lent(path, (journal) => journal.read('a', 1));

export const files = {
  async 'a path that is a directory, and then a file'() {
    const path = freshFile();
    mkdirSync(path);
    await lent(path, async (journal) => {
      await refused(journal.highestSeq('a'), 'storage-unavailable', /is a directory/);
      await refused(new SqliteSnapshotStore({ path }).loadLatest('a'), 'storage-unavailable', /is a directory/);
      await refused(new SqliteDurableStateStore({ path }).load('a'), 'storage-unavailable', /is a directory/);
      rmdirSync(path);
      equal(seqs(await journal.append('a', entries(1), 0)), [1], 'tried again');
    });
  },

  async 'a path in a missing directory, which then is made'() {
    const path = join(freshFile(), 'deeper', 'events.db');
    await lent(path, async (journal) => {
      await refused(journal.append('a', entries(1), 0), 'not-found', /directory/);
      mkdirSync(dirname(path), { recursive: true });
      equal(seqs(await journal.append('a', entries(1), 0)), [1], 'tried again');
    });
  },

  async 'a file reached through links is one file to its subscribers'() {
    const path = freshFile();
    const [folder, file] = [freshFile(), freshFile()];
    symlinkSync(dirname(path), folder);
    await lent(path, async (journal) => {
      const heard = [];
      const end = listening(journal, ({ event }) => heard.push(event));
      // Who appends to another journal does not wait until it is known where this one's begins.
      await journal.highestSeq('a');
      await lent(join(folder, path.slice(dirname(path).length)), (same) => same.append('a', entries(1), 0));
      symlinkSync(path, file);
      await lent(file, (same) => same.append('a', entries(2), 1));
      equal(contents(await journal.read('a', 1)), [1, 2]);
      await end();
      equal(heard, [1, 2]);
    });
  },

  async 'an add-on named from the working directory'() {
    const addons = fileURLToPath(new URL('../../../pkg/dist/native/', import.meta.url));
    const [name] = readdirSync(addons).filter((name) => name.includes(`${process.platform}-${process.arch}.`));
    const path = relative(process.cwd(), join(addons, name));
    const named = (path) => lent(':memory:', (journal) => journal.append('a', entries(1), 0), { driver: nativeDriver({ path }) });
    equal(seqs(await named(path)), [1]);
    equal(seqs(await named(`./${path}`)), [1]);
    await refused(named('./nowhere.node'), 'storage-unavailable', /nowhere\.node/);
  },

  async 'a path below a file'() {
    const path = await written(1);
    await refused(read(join(path, 'events.db')), 'not-found');
    equal(seqs(await read(path)), [1]);
  },

  async 'a file that may only be read'() {
    const path = await written(1);
    chmodSync(folder, 0o755);
    chmodSync(path, 0o444);
    const before = readFileSync(path);
    const [answer] = JSON.parse(await run('open-as-nobody', path, NOBODY));
    equal(answer.code, 'read-only', `the code of ${JSON.stringify(answer)}`);
    ok(readFileSync(path).equals(before), 'the file is as it was');
    chmodSync(path, 0o644);
    equal(seqs(await lent(path, (journal) => journal.append('a', entries(2), 1))), [2]);
  },

  async 'a file of an earlier version that may only be read'() {
    const path = freshFile();
    copyFileSync(new URL('../../fixtures/version-1.db', import.meta.url), path);
    chmodSync(folder, 0o755);
    chmodSync(path, 0o444);
    for (const { code, message } of JSON.parse(await run('open-as-nobody', path, NOBODY))) {
      equal(code, 'read-only');
      ok(/open it once where it can be written/.test(message), message);
    }
    chmodSync(path, 0o644);
    await read(path);
    chmodSync(path, 0o444);
    equal(JSON.parse(await run('open-as-nobody', path, NOBODY))[1], []);
  },

  async 'a directory that may only be read'() {
    const directory = freshFile();
    mkdirSync(directory, { mode: 0o555 });
    chmodSync(folder, 0o755);
    const [answer] = JSON.parse(await run('open-as-nobody', join(directory, 'events.db'), NOBODY));
    ok(['read-only', 'storage-unavailable'].includes(answer.code), JSON.stringify(answer));
  },

  async 'a file that is no database'() {
    const path = freshFile();
    for (const text of ['x', 'this is a letter, not a database\n'.repeat(300)]) {
      writeFileSync(path, text);
      await refused(read(path), 'corrupt', /damaged|not a/);
      equal(readFileSync(path, 'utf8'), text, 'the file is as it was');
    }
  },

  async 'an empty file becomes a journal'() {
    const path = freshFile();
    writeFileSync(path, '');
    equal(seqs(await lent(path, (journal) => journal.append('a', entries(1), 0))), [1]);
  },

  async 'a database of another application'() {
    const path = freshFile();
    sqlite3(path, 'PRAGMA application_id = 1196444487; CREATE TABLE layers (name TEXT)');
    await refused(read(path), 'corrupt', /another application/);
    await refused(new SqliteDurableStateStore({ path }).load('a'), 'corrupt', /another application/);
    equal(sqlite3(path, 'SELECT name FROM sqlite_schema'), [{ name: 'layers' }]);
  },

  async 'a table of that name that is no journal’s'() {
    const path = freshFile();
    sqlite3(path, "CREATE TABLE events (day TEXT, title TEXT); INSERT INTO events VALUES ('monday', 'wash')");
    await refused(read(path), 'corrupt', /"events" is something else/);
    equal(sqlite3(path, 'SELECT * FROM events'), [{ day: 'monday', title: 'wash' }]);
    await refused(new SqliteDurableStateStore({ path, statesTable: 'events' }).load('a'), 'corrupt', /"events" is something else/);
    const beside = await lent(path, (journal) => journal.append('a', entries(1), 0), { eventsTable: 'journal' });
    equal(seqs(beside), [1], 'under another name');
  },

  async 'a file that was cut short'() {
    const whole = await written(2000);
    const { length } = readFileSync(whole);
    const cuts = [1, 99, 100, 511, 512, 4095, 4096, 4097, length >> 1, length - 4096, length - 1];
    for (const size of cuts) {
      const path = freshFile();
      copyFileSync(whole, path);
      truncateSync(path, size);
      await refused(read(path), 'corrupt').catch((wrong) => {
        throw new Error(`cut to ${size} of ${length} bytes: ${wrong.message}`);
      });
      equal(readFileSync(path).length, size, 'its length afterwards');
    }
    equal((await read(whole)).length, 2000);
  },

  async 'a file from a newer version'() {
    const path = await written(2);
    const [{ user_version: version }] = sqlite3(path, 'PRAGMA user_version');
    sqlite3(path, `PRAGMA user_version = ${version + 1}`);
    await lent(path, async (journal) => {
      await refused(journal.read('a', 1), 'newer-version', new RegExp(`version ${version + 1}`));
      await refused(new SqliteSnapshotStore({ path }).loadLatest('a'), 'newer-version');
      await refused(new SqliteDurableStateStore({ path }).load('a'), 'newer-version');
      sqlite3(path, `PRAGMA user_version = ${version}`);
      equal(seqs(await journal.read('a', 1)), [1, 2], 'tried again');
    });
  },

  async 'a file that another program holds, until it lets go'() {
    for (const wal of [false, true]) {
      const path = await written(1, { wal });
      const journal = new SqliteJournal({ path, wal, busyTimeoutMs: 0 });
      const release = await holdExclusively(path);
      await refused(journal.append('a', entries(2), 1), 'busy');
      await release();
      equal(seqs(await journal.append('a', entries(2), 1)), [2], 'tried again');
      const again = await holdExclusively(path);
      await refused(journal.append('a', entries(3), 2), 'busy');
      await again();
      equal(seqs(await journal.append('a', entries(3), 2)), [3], 'and again');
      await journal.close();
    }
  },

  async 'a held file is waited for'() {
    const path = await written(1);
    const release = await holdExclusively(path);
    const appending = lent(path, (journal) => journal.append('a', entries(2), 1), { busyTimeoutMs: 60_000 });
    await release();
    equal(seqs(await appending), [2]);
  },

  async 'options that the open database contradicts'() {
    const path = freshFile();
    await lent(path, async (journal) => {
      await journal.append('a', entries(1), 0);
      await refused(lent(path, (other) => other.highestSeq('a'), { wal: false }), 'invalid-argument', /wal/);
      equal(seqs(await journal.append('a', entries(2), 1)), [2]);
    }, { wal: true });
  },

  async 'the log is moved into the database at as many pages as are asked for'() {
    /** How many of two events are in the file itself when the second is answered. */
    const moved = async (options, ofStore, Store = SqliteSnapshotStore) => {
      const [path, copy] = [freshFile(), freshFile()];
      const store = new Store({ path, ...ofStore });
      await lent(path, async (journal) => {
        await store.load('a', {});
        await journal.append('a', entries(1), 0);
        await journal.append('a', entries(2), 1);
        copyFileSync(path, copy);
      }, { wal: true, ...options });
      await store.close();
      return (await read(copy)).length;
    };
    equal([await moved({}), await moved({ checkpointPages: 2 ** 53 - 1 })], [0, 0]);
    for (const asked of [[{ checkpointPages: 0 }], [{}, { checkpointPages: 0 }]]) ok((await moved(...asked)) > 0, JSON.stringify(asked));
    for (const Store of [SqliteSnapshotStore, SqliteDurableStateStore]) {
      equal(await moved({ checkpointPages: 0 }, { checkpointPages: 1000 }, Store), 0, 'the most counts');
    }
    equal(await moved({ wal: false, checkpointPages: 1000 }), 2, 'without a log');
  },

  async 'missing events and damaged rows are integrity errors that say where'() {
    const path = await written(10);
    const damaged = async (sql, code, seq) => {
      const copy = freshFile();
      copyFileSync(path, copy);
      sqlite3(copy, sql);
      const error = await refused(read(copy), code);
      equal([error.persistenceId, error.sequenceNr], ['a', seq], sql);
    };
    await damaged('DELETE FROM events WHERE seq = 5', 'integrity', 5);
    await damaged('DELETE FROM events WHERE seq = 1', 'integrity', 1);
    await damaged('DELETE FROM events WHERE seq = 10', 'integrity', 10);
    await damaged('UPDATE events SET seq = 99 WHERE seq = 10', 'integrity', 10);
    await damaged("UPDATE events SET event = X'7b' WHERE seq = 7", 'undecodable', 7);
    await damaged("UPDATE events SET event = X'd9d9f78201' WHERE seq = 7", 'undecodable', 7);
  },

  async 'a clean-up that fails never fails a save'() {
    const path = freshFile();
    const store = new SqliteSnapshotStore({ path });
    for (const seq of range(1, 3)) await store.save('a', seq, { seq });
    sqlite3(path, "CREATE TRIGGER keep BEFORE DELETE ON snapshots BEGIN SELECT RAISE(ABORT, 'not today'); END");
    await store.save('a', 4, { seq: 4 });
    await store.save('a', 4, { seq: 'four' });
    equal((await store.loadLatest('a')).state, { seq: 'four' });
    equal(sqlite3(path, 'SELECT count(*) AS kept FROM snapshots'), [{ kept: 4 }]);
    sqlite3(path, 'DROP TRIGGER keep');
    await store.save('a', 5, { seq: 5 });
    equal(sqlite3(path, 'SELECT seq FROM snapshots ORDER BY seq'), range(3, 5).map((seq) => ({ seq })));
    await store.close();
  },

  async 'a compaction that fails takes the snapshot with it, in one file alone'() {
    const path = await written(3);
    const elsewhere = new SqliteSnapshotStore({ path: freshFile() });
    const beside = new SqliteSnapshotStore({ path });
    await lent(path, async (journal) => {
      await journal.highestSeq('a');
      sqlite3(path, "CREATE TRIGGER keep BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'not today'); END");
      for (const store of [elsewhere, beside]) await refused(store.saveAndCompact('a', 2, 'state', journal), 'internal', /not today/);
      equal((await elsewhere.loadLatest('a')).sequenceNr, 2);
      equal(await beside.loadLatest('a'), undefined);
      equal(seqs(await journal.read('a', 1)), [1, 2, 3]);
      sqlite3(path, 'DROP TRIGGER keep');
      await beside.saveAndCompact('a', 2, 'state', journal);
      equal(seqs(await journal.read('a', 1)), [3]);
    });
    await Promise.all([elsewhere.close(), beside.close()]);
  },

  async 'a file of version 1 is brought up to date'() {
    const path = freshFile();
    copyFileSync(fileURLToPath(new URL('../../fixtures/version-1.db', import.meta.url)), path);
    const store = new SqliteSnapshotStore({ path });
    await lent(path, async (journal) => {
      equal(contents(await journal.read('account-1', 1)), [{ withdrawn: 30 }, 'as cbor', { deposited: 1 }]);
      const [written] = await journal.append('account-1', [named(5, 'deposited', 2)], 4);
      equal(await journal.read('account-1', 5), [written]);
      equal((await store.loadLatest('account-1')).state, 70);
      await store.save('account-1', 5, 75, { manifest: 'account' });
      equal((await store.loadLatest('account-1')).manifest, 'account');
    });
    await store.close();
  },

  async 'a file of the page’s own tables is taken over'() {
    const path = freshFile();
    sqlite3(path, `
      CREATE TABLE events (pid TEXT NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL, ts INTEGER NOT NULL, tags TEXT, PRIMARY KEY (pid, seq));
      CREATE TABLE events_tags (pid TEXT NOT NULL, seq INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (pid, seq, tag), FOREIGN KEY (pid, seq) REFERENCES events (pid, seq) ON DELETE CASCADE);
      CREATE INDEX events_tags_tag ON events_tags (tag);
      INSERT INTO events VALUES ('a', 1, '{"n":1}', 1000, 'x,y'), ('b', 1, '"other"', 1001, NULL), ('a', 2, '{"n":2}', 1002, NULL);
      INSERT INTO events_tags VALUES ('a', 2, 'z');`);
    await lent(path, async (journal) => {
      equal(contents(await all(journal.allEvents())), [{ n: 1 }, 'other', { n: 2 }]);
      equal((await journal.read('a', 1)).map(({ timestamp, tags }) => [timestamp, tags]), [[1000, ['x', 'y']], [1002, ['z']]]);
      equal(contents(await all(journal.eventsByTag({ any: ['y', 'z'] }))), [{ n: 1 }, { n: 2 }]);
      equal(seqs(await journal.append('a', [tagged({ n: 3 }, 'z')], 2)), [3]);
    });
  },
};
