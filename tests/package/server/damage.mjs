/** Files that are only read, and files that are damaged or hostile. */
import { existsSync, readFileSync } from 'node:fs';
import { SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { contents, counted, entries, seqs } from '../events.mjs';
import { freshFile } from './folder.mjs';
import { sqlite3 } from './sqlite3.mjs';

async function lent(opened, use) {
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

async function written(options) {
  const path = freshFile();
  await lent(new SqliteJournal({ path, ...options }), (journal) => journal.append('a', counted(10), 0));
  return path;
}

export const damage = {
  async 'a file that is opened for reading only stays as it is'() {
    for (const wal of [false, true]) {
      const path = await written({ wal });
      const before = readFileSync(path);
      await lent(new SqliteJournal({ path, readOnly: true }), async (journal) => {
        equal(seqs(await journal.read('a', 1)).length, 10);
        ok((await journal.verify()).sound, 'sound');
        await refused(journal.append('a', entries(11), 10), 'read-only');
        await refused(journal.delete('a', 1), 'read-only');
        await refused(journal.raiseCompactionMark('a', 1), 'read-only');
      });
      ok(readFileSync(path).equals(before), 'the file is as it was');
    }
  },

  async 'stores are opened for reading only'() {
    const path = await written();
    await lent(new SqliteSnapshotStore({ path }), (store) => store.save('a', 3, 'state'));
    await lent(new SqliteDurableStateStore({ path }), (store) => store.save('a', 0, 'state'));
    await lent(new SqliteSnapshotStore({ path, readOnly: true }), async (store) => {
      equal((await store.loadLatest('a')).state, 'state');
      await refused(store.save('a', 4, 'state'), 'read-only');
    });
    await lent(new SqliteDurableStateStore({ path, readOnly: true }), async (store) => {
      equal((await store.load('a')).state, 'state');
      await refused(store.save('a', 1, 'state'), 'read-only');
    });
  },

  async 'nothing is made for reading only'() {
    const path = freshFile();
    await lent(new SqliteJournal({ path, readOnly: true }), (journal) => refused(journal.highestSeq('a'), 'not-found'));
    ok(!existsSync(path), 'nothing was made');
    await lent(new SqliteJournal({ readOnly: true }), (journal) => refused(journal.highestSeq('a'), 'invalid-argument'));
  },

  async 'a reader sees what a writer beside it writes'() {
    const path = await written({ wal: true });
    const [writer, reader] = [new SqliteJournal({ path }), new SqliteJournal({ path, readOnly: true })];
    equal(await reader.highestSeq('a'), 10);
    await writer.append('a', entries('next'), 10);
    equal(contents(await reader.read('a', 11)), ['next']);
    await Promise.all([writer.close(), reader.close()]);
  },

  async 'a changed payload is never folded, and found'() {
    const path = await written();
    sqlite3(path, `UPDATE events SET event = CAST('{"n":70}' AS BLOB) WHERE seq = 7`);
    await lent(new SqliteJournal({ path }), async (journal) => {
      const met = [];
      const replay = async () => {
        for await (const { sequenceNr } of journal.replay('a')) met.push(sequenceNr);
      };
      const error = await refused(replay(), 'integrity');
      equal([error.persistenceId, error.sequenceNr, met], ['a', 7, [1, 2, 3, 4, 5, 6]]);
      equal(seqs(await journal.read('a', 8)), [8, 9, 10], 'what stands behind it');
      const { sound, problems } = await journal.verify();
      equal([sound, problems.length, problems[0].sequenceNr], [false, 1, 7]);
    });
  },

  async 'a damaged snapshot is an error, or the next older one where that is asked for'() {
    const path = freshFile();
    await lent(new SqliteSnapshotStore({ path }), async (store) => {
      for (const seq of [1, 2, 3]) await store.save('a', seq, { seq });
    });
    sqlite3(path, `UPDATE snapshots SET state = CAST('{"seq":9}' AS BLOB) WHERE seq = 3`);
    await lent(new SqliteSnapshotStore({ path }), (store) => refused(store.loadLatest('a'), 'snapshot-integrity'));
    await lent(new SqliteSnapshotStore({ path, onUnreadable: 'older' }), async (store) => {
      equal((await store.loadLatest('a')).state, { seq: 2 });
    });
  },

  async 'a trigger on the tables is refused and named'() {
    const path = await written();
    sqlite3(path, 'CREATE TRIGGER lurking AFTER INSERT ON events BEGIN DELETE FROM events; END');
    await lent(new SqliteJournal({ path }), (journal) => refused(journal.highestSeq('a'), 'corrupt', /lurking/));
  },
};
