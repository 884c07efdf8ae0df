/**
 * Runs in a page: appends, one after the other, for as long as the page lives or until it is stopped, and
 * follows all that anybody appends.
 */
import { isConflict, opfsDriver, SqliteJournal } from 'actor-journal';

export class Writer {
  /** What failed that should not have. */
  failures = [];
  /** Ends of calls, in milliseconds. */
  answered = [];
  #path;
  #journal;
  #name = crypto.randomUUID();
  #written = 0;
  /** The last positions that were heard, by a subscriber and by a live query. */
  #heard = {};
  #all;
  #following;
  #isStopped = false;
  #lanes = [];
  #waiting = [];

  constructor({ path, driver }) {
    this.#journal = new SqliteJournal({ path, ...(driver && { driver: opfsDriver(driver) }) });
    this.#path = path;
    this.#journal.events.subscribe(({ position }) => this.#hear('subscriber', position));
    this.#all = this.#journal.allEvents({ live: true })[Symbol.asyncIterator]();
    this.#following = this.#follow();
  }

  /** Appends to each of these streams, which others may write to as well. */
  start(ids) {
    this.#lanes.push(...ids.map((id) => this.#lane(id)));
  }

  /** Ends what was started, when it has its answers. */
  async stop() {
    this.#isStopped = true;
    await Promise.all(this.#lanes);
    await this.#all.return();
    await this.#following;
    await this.#journal.close();
    return this.failures;
  }

  /** Waits until this many more have been stored. */
  async more(count) {
    for (let left = count; left > 0 && !this.#isStopped; left--) await new Promise((next) => this.#waiting.push(next));
  }

  /** The longest time without an answer since this was asked last, in milliseconds. */
  longestPause() {
    const since = this.answered;
    this.answered = since.slice(-1);
    return since.reduce((most, at, i) => Math.max(most, i > 0 ? at - since[i - 1] : 0), 0);
  }

  async #follow() {
    try {
      for await (const { position } of { [Symbol.asyncIterator]: () => this.#all }) this.#hear('query', position);
    } catch (error) {
      this.failures.push(`live: ${error.code}: ${error.message}`);
    }
  }

  /** Nothing is deleted: positions have no gaps. */
  #hear(who, position) {
    const last = this.#heard[who] ?? (who === 'query' ? 0 : position - 1);
    if (position !== last + 1) this.failures.push(`a ${who} heard of position ${position} behind ${last}`);
    this.#heard[who] = position;
  }

  async #lane(id) {
    let head = 0;
    while (!this.#isStopped) {
      const event = { writer: this.#name, n: ++this.#written };
      const answer = await this.#append(id, event, head);
      head = answer.head;
      this.answered.push(performance.now());
      if (answer.isStored) for (const next of this.#waiting.splice(0)) next();
    }
  }

  /** Answers the head behind it, and whether that is the event. A conflict is an answer, too. */
  async #append(id, event, head) {
    try {
      const [{ sequenceNr, position }] = await this.#journal.append(id, [{ event }], head);
      if (!(this.#heard.subscriber >= position)) this.failures.push(`position ${position} was answered before it was heard`);
      tell(this.#path, { id, seq: sequenceNr, ...event });
      return { head: sequenceNr, isStored: true };
    } catch (error) {
      if (!isConflict(error)) this.failures.push(`${error.code}: ${error.message}`);
      return { head: isConflict(error) ? error.actualSeq : head, isStored: false };
    }
  }
}

/** What was answered is known elsewhere before this page can go. A channel that stays open keeps a page from being kept. */
function tell(path, answered) {
  const channel = new BroadcastChannel(`answered ${path}`);
  channel.postMessage(answered);
  channel.close();
}
