/** Who is measured in a page: ours first, then the peers. */
import { ActorsSubject } from '../peers/actors.mjs';
import * as indexedDb from '../peers/indexed-db.mjs';
import * as journals from '../peers/journal.mjs';
import * as sqliteWasm from '../peers/sqlite-wasm.mjs';

/** @type {import('../rounds.mjs').Peer[]} */
export const CONTENDERS = [
  {
    name: 'actor-journal',
    readings: journals.READINGS,
    async open(database) {
      const { SqliteJournal } = await import('../../pkg/browser.js');
      return new journals.JournalSubject(new SqliteJournal({ path: `${database}.db`, wal: true }));
    },
    actors: { open: async (database) => new ActorsSubject(await import('../../pkg/browser.js'), `${database}.db`) },
  },
  { name: 'sqlite-wasm', readings: sqliteWasm.READINGS, open: sqliteWasm.open },
  { name: 'IndexedDB (strict)', readings: indexedDb.READINGS, open: indexedDb.opener('strict') },
  { name: 'IndexedDB (relaxed)', readings: indexedDb.READINGS, reads: false, open: indexedDb.opener('relaxed') },
];
