/** node:sqlite and better-sqlite3, which have the methods that are needed here in common. */
import { INSERT, SELECT, TABLE } from './table.mjs';

export const READINGS = ['iterate()', 'all()'];

export class SqlSubject {
  #database;
  #insert;
  #select;
  #begin;
  #commit;

  constructor(database) {
    this.#database = database;
    const [mode] = Object.values(database.prepare('PRAGMA journal_mode = WAL').get());
    database.exec('PRAGMA synchronous = FULL');
    const [synchronous] = Object.values(database.prepare('PRAGMA synchronous').get());
    if (mode !== 'wal' || synchronous !== 2) throw new Error(`journal_mode ${mode}, synchronous ${synchronous}`);
    database.exec(TABLE);
    this.#insert = database.prepare(INSERT);
    this.#select = database.prepare(SELECT);
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  async append(rows) {
    if (rows.length === 1) return this.#write(rows[0]);
    this.#begin.run();
    for (const row of rows) this.#write(row);
    this.#commit.run();
  }

  readings = {
    'iterate()': async (id, take) => {
      for (const row of this.#select.iterate(id)) take(eventOf(id, row));
    },
    'all()': async (id, take) => {
      for (const row of this.#select.all(id)) take(eventOf(id, row));
    },
  };

  async close() {
    this.#database.close();
  }

  #write({ id, seq, event }) {
    this.#insert.run(id, seq, JSON.stringify(event), Date.now());
  }
}

function eventOf(persistenceId, { seq, event, ts }) {
  return { persistenceId, sequenceNr: seq, event: JSON.parse(event), timestamp: ts };
}
