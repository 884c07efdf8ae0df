/** Copies in files. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyJournal, restore, SqliteJournal, SqliteSnapshotStore } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, counted } from '../events.mjs';
import { freshFile } from './folder.mjs';
import { sqlite3 } from './sqlite3.mjs';

async function lent(path, use, options = {}) {
  const journal = new SqliteJournal({ path, ...options });
  try {
    return await use(journal);
  } finally {
    await journal.close();
  }
}

const head = (path) => lent(path, (journal) => journal.highestSeq('a'));
const partials = (path) => readdirSync(dirname(path)).filter((name) => name.endsWith('.partial'));

export const copiesInFiles = {
  async 'a backup is written into a new file'() {
    for (const options of [{ wal: true }, {}]) {
      const [path, copy] = [freshFile(), freshFile()];
      const told = [];
      await lent(path, async (journal) => {
        await journal.append('a', counted(5000), 0);
        await journal.backupTo(copy, { onProgress: (progress) => told.push(progress) });
        await refused(journal.backupTo(copy), 'invalid-argument', /is there already/);
        await refused(journal.backupTo(join(copy, 'no', 'where')), 'not-found');
        const image = new Uint8Array(await new Response(journal.backup()).arrayBuffer());
        equal(image.length, readFileSync(copy).length, 'the stream is as long');
      }, options);
      equal(told.at(-1), { done: readFileSync(copy).length, total: readFileSync(copy).length });
      equal(sqlite3(copy, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
      equal(await head(copy), 5000);
      equal(partials(copy), []);
    }
  },

  async 'a backup that is aborted leaves nothing'() {
    const [path, copy] = [freshFile(), freshFile()];
    await lent(path, async (journal) => {
      for (let round = 0; round < 10; round++) await journal.append('a', counted(5000), round * 5000);
      const abort = new AbortController();
      const options = { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) };
      equal(await journal.backupTo(copy, options).catch(({ message }) => message), 'enough');
      ok(!existsSync(copy), 'no copy');
    }, { wal: true });
  },

  async 'a file of an earlier version that may only be read is exported with its snapshots'() {
    const [path, copy] = [freshFile(), freshFile()];
    copyFileSync(new URL('../../fixtures/version-1.db', import.meta.url), path);
    const before = readFileSync(path);
    const [from, to] = [new SqliteJournal({ path, readOnly: true }), new SqliteJournal({ path: copy })];
    const [there, here] = [new SqliteSnapshotStore({ path, readOnly: true }), new SqliteSnapshotStore({ path: copy })];
    equal(await copyJournal(from, to, { fromSnapshots: there, toSnapshots: here }), 4);
    const latest = await here.loadLatest('account-1');
    equal(latest, await there.loadLatest('account-1'));
    equal(latest.state, 70);
    const missing = new SqliteSnapshotStore({ path, snapshotsTable: 'others', readOnly: true });
    await refused(async () => all(from.export({ snapshotStore: missing })), 'read-only', /open it once where it can be written/);
    for (const opened of [from, to, there, here, missing]) await opened.close();
    ok(readFileSync(path).equals(before), 'it is not changed');
  },

  async 'a file takes the place of a database'() {
    const [path, copy] = [freshFile(), freshFile()];
    await lent(path, async (journal) => {
      await journal.append('a', counted(10), 0);
      await journal.backupTo(copy);
      await journal.append('a', counted(10), 10);
      await refused(restore(path, copy), 'locked');
    });
    await restore(path, copy);
    equal(await head(path), 10);
    const missing = freshFile();
    await refused(restore(path, missing), 'not-found');
    await refused(restore(path, path), 'invalid-argument', /are the same file/);
    writeFileSync(missing, 'something else'.repeat(100));
    await refused(restore(path, missing), 'corrupt');
    equal(await head(path), 10);
  },

  async 'a file that takes the place of a database tells how far it has come, and can be aborted'() {
    const [path, copy, abort, told] = [freshFile(), freshFile(), new AbortController(), []];
    await lent(copy, (journal) => journal.append('a', counted(5000), 0));
    await lent(path, (journal) => journal.append('a', counted(10), 0));
    const options = { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) };
    equal(await restore(path, copy, options).catch(({ message }) => message), 'enough');
    equal(await head(path), 10);
    await restore(path, copy, { onProgress: (progress) => told.push(progress) });
    const total = readFileSync(copy).length;
    equal(told.at(-1), { done: total, total });
    equal(told.filter(({ done }) => done === total).length, 1);
    equal(await head(path), 5000);
  },
};
