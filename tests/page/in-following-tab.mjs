/** Runs in a page: several that write, one that follows and takes its time with some of the events, and one that follows ids. */
import { isConflict, SqliteJournal } from 'actor-journal';
import { Dice } from '../package/dice.mjs';

/** One in so many events takes time. */
const RARITY = 100;

/** The most calls that are waited for meanwhile. */
const MOST_CALLS = 10;

export class FollowingTab {
  /** Resolves when all is written. */
  written;
  /** Those that were followed. */
  #ids = [];
  #journal;
  #channel;
  #name;
  #wake;

  constructor(path, name) {
    this.#journal = new SqliteJournal({ path });
    this.#channel = new BroadcastChannel(`followed ${path}`);
    this.#name = name;
  }

  begin(seed, ids, appends) {
    this.written = Promise.all(ids.map((id) => this.#write(id, appends)));
    for (const work of [this.#follow(new Dice(seed)), this.#followIds(), this.written]) {
      work.catch(({ message }) => this.#tell({ failure: message }));
    }
  }

  /** The ids that were followed, once they are as many as there are. */
  async everyId() {
    const { length } = await this.#journal.persistenceIds();
    while (this.#ids.length < length) await new Promise((next) => (this.#wake = next));
    return this.#ids;
  }

  async lastPosition() {
    let last = 0;
    for await (const { position } of this.#journal.allEvents()) last = position;
    return last;
  }

  /** Tells the position of each event. */
  async #follow(dice) {
    for await (const { position } of this.#journal.allEvents({ live: true })) {
      this.#tell({ position });
      if (dice.below(RARITY) > 0) continue;
      for (let calls = dice.below(MOST_CALLS); calls > 0; calls--) await this.#journal.highestSeq('nobody');
    }
  }

  async #followIds() {
    for await (const id of this.#journal.livePersistenceIds()) {
      this.#ids.push(id);
      this.#wake?.();
    }
  }

  #tell(what) {
    this.#channel.postMessage({ name: this.#name, ...what });
  }

  /** Goes on where the stream ends. What a tab that is gone has sent may yet be stored meanwhile. */
  async #write(id, appends) {
    let head = await this.#journal.highestSeq(id);
    for (let left = appends; left > 0; left--) {
      try {
        await this.#journal.append(id, [{ event: left }], head++);
      } catch (error) {
        if (!isConflict(error)) throw error;
        head = error.actualSeq;
      }
    }
  }
}
