/** `@sqlite.org/sqlite-wasm` in a worker of its own, as an application drives it: by messages. */

/** Events in a message of a replay: measured between 100 and 20,000. */
const CHUNK = 1000;

/** Where the rows are parsed; what is posted is what costs. */
export const READINGS = ['posting objects', 'posting texts', 'posting one text a chunk'];

/** A subject whose worker owns the database of this name. */
export async function open(name) {
  const subject = new SqliteWasmSubject();
  await subject.call('open', { name });
  return subject;
}

class SqliteWasmSubject {
  #worker = new Worker(new URL('./sqlite-wasm-worker.mjs', import.meta.url), { type: 'module' });
  #pending = new Map();
  #calls = 0;

  constructor() {
    this.#worker.addEventListener('message', ({ data }) => this.#receive(data));
    this.#worker.addEventListener('error', ({ message }) => this.#fail(new Error(message)));
  }

  /** @param chunk takes what comes before the answer. */
  call(method, argument, chunk) {
    return new Promise((resolve, reject) => {
      const call = ++this.#calls;
      this.#pending.set(call, { resolve, reject, chunk });
      this.#worker.postMessage({ call, method, argument });
    });
  }

  append(rows) {
    return this.call('append', rows.map(({ id, seq, event }) => [id, seq, JSON.stringify(event)]));
  }

  readings = Object.fromEntries(READINGS.map((reading) => [reading, (id, take) => this.#read(reading, id, take)]));

  async close() {
    await this.call('close');
    this.#worker.terminate();
  }

  #read(reading, id, take) {
    const request = { id, reading, size: CHUNK };
    return this.call('read', request, ({ seqs, timestamps, events }) => {
      const parsed = typeof events === 'string' ? JSON.parse(events) : undefined;
      seqs.forEach((sequenceNr, i) => {
        const event = parsed ? parsed[i] : typeof events[i] === 'string' ? JSON.parse(events[i]) : events[i];
        take({ persistenceId: id, sequenceNr, event, timestamp: timestamps[i] });
      });
    });
  }

  #receive({ call, chunk, error }) {
    const pending = this.#pending.get(call);
    if (chunk) return pending.chunk(chunk);
    this.#pending.delete(call);
    if (error) pending.reject(new Error(error));
    else pending.resolve();
  }

  #fail(error) {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
