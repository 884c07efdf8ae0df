/** The worker that owns a database of `@sqlite.org/sqlite-wasm`, at its best settings. */
import sqlite3InitModule from '../../sqlite-wasm/index.mjs';
import { INSERT, SELECT, TABLE } from './table.mjs';

let database;
let insert;
let begin;
let commit;

const METHODS = {
  async open({ name }) {
    const sqlite3 = await sqlite3InitModule();
    const pool = await sqlite3.installOpfsSAHPoolVfs({ name: `sqlite-wasm-${name}`, directory: `sqlite-wasm-${name}` });
    database = new pool.OpfsSAHPoolDb('/events.db');
    for (const pragma of ['locking_mode = exclusive', 'journal_mode = wal', 'synchronous = full']) {
      database.exec(`PRAGMA ${pragma}`);
    }
    const [mode, synchronous] = ['journal_mode', 'synchronous'].map((name) => database.selectValue(`PRAGMA ${name}`));
    if (mode !== 'wal' || synchronous !== 2) throw new Error(`journal_mode ${mode}, synchronous ${synchronous}`);
    database.exec(TABLE);
    [insert, begin, commit] = [INSERT, 'BEGIN IMMEDIATE', 'COMMIT'].map((sql) => database.prepare(sql));
  },

  append(rows) {
    if (rows.length === 1) return write(rows[0]);
    begin.stepReset();
    for (const row of rows) write(row);
    commit.stepReset();
  },

  read({ id, reading, size }, post) {
    const select = database.prepare(SELECT).bind([id]);
    let chunk = new Chunk(reading);
    while (select.step()) {
      chunk.add(select.getInt(0), select.getString(1), select.getFloat(2));
      if (chunk.length < size) continue;
      post(chunk.content);
      chunk = new Chunk(reading);
    }
    select.finalize();
    if (chunk.length > 0) post(chunk.content);
  },

  close() {
    for (const statement of [insert, begin, commit]) statement.finalize();
    database.close();
  },
};

/** Events on their way to the page. */
class Chunk {
  #parses;
  #joins;
  #seqs = [];
  #timestamps = [];
  #events = [];

  constructor(reading) {
    this.#parses = reading === 'posting objects';
    this.#joins = reading === 'posting one text a chunk';
  }

  get length() {
    return this.#seqs.length;
  }

  get content() {
    const events = this.#joins ? `[${this.#events}]` : this.#events;
    return { seqs: this.#seqs, timestamps: this.#timestamps, events };
  }

  add(seq, text, timestamp) {
    this.#seqs.push(seq);
    this.#timestamps.push(timestamp);
    this.#events.push(this.#parses ? JSON.parse(text) : text);
  }
}

function write([id, seq, text]) {
  insert.bind([id, seq, text, Date.now()]).stepReset();
}

// Calls are carried out one after the other: `open` is the only one that waits for something.
let last = Promise.resolve();

addEventListener('message', ({ data: { call, method, argument } }) => {
  if (method === 'open') last = answer(call, method, argument);
  else if (database) void answer(call, method, argument);
  else last = last.then(() => answer(call, method, argument));
});

async function answer(call, method, argument) {
  try {
    const result = METHODS[method](argument, (chunk) => postMessage({ call, chunk }));
    if (result) await result;
    postMessage({ call });
  } catch (error) {
    postMessage({ call, error: String(error?.message ?? error) });
  }
}
