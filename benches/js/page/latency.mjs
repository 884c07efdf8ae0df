/** Runs in two pages: one appends what tells when it was sent, the other takes the time until it hears of it. */
import { SqliteJournal } from '../../pkg/browser.js';

const now = () => performance.timeOrigin + performance.now();

export class Sender {
  #journal;
  #heads = new Map();

  constructor(path) {
    this.#journal = new SqliteJournal({ path, wal: true });
  }

  /** One append after the other is called, so many a second. */
  async paced(count, perSecond) {
    const began = performance.now();
    const appends = [];
    while (appends.length < count) {
      await new Promise((due) => setTimeout(due, began + (appends.length * 1000) / perSecond - performance.now()));
      appends.push(this.#append('paced'));
    }
    await Promise.all(appends);
  }

  /** Each of so many appends one event after the other. */
  async atOnce(count, writers) {
    const write = async (_, writer) => {
      for (let left = count / writers; left > 0; left--) await this.#append(`writer-${writer}`);
    };
    await Promise.all(Array.from({ length: writers }, write));
  }

  #append(id) {
    const head = this.#heads.get(id) ?? 0;
    this.#heads.set(id, head + 1);
    return this.#journal.append(id, [{ event: now() }], head);
  }
}

export class Subscriber {
  #times = [];
  #count = Infinity;
  #told;

  constructor(path) {
    const journal = new SqliteJournal({ path, wal: true });
    journal.events.subscribe(({ event }) => {
      this.#times.push(now() - event);
      this.#tell();
    });
    /** Resolves when it hears. */
    this.listens = journal.highestSeq('paced');
  }

  /** Milliseconds of the next so many events. */
  next(count) {
    this.#count = count;
    return new Promise((told) => {
      this.#told = told;
      this.#tell();
    });
  }

  #tell() {
    if (this.#times.length < this.#count) return;
    this.#told(this.#times.splice(0, this.#count));
    this.#count = Infinity;
  }
}
