/** Runs in a page: appends, one after the other, for as long as the page lives or until it is stopped. */
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
  #isStopped = false;
  #lanes = [];
  #waiting = [];

  constructor({ path, driver }) {
    this.#journal = new SqliteJournal({ path, ...(driver && { driver: opfsDriver(driver) }) });
    this.#path = path;
  }

  /** Appends to each of these streams, which others may write to as well. */
  start(ids) {
    this.#lanes.push(...ids.map((id) => this.#lane(id)));
  }

  /** Ends what was started, when it has its answers. */
  async stop() {
    this.#isStopped = true;
    await Promise.all(this.#lanes);
    await this.#journal.close();
    return this.failures;
  }

  /** Waits until this many more have been answered. */
  async more(count) {
    for (let left = count; left > 0 && !this.#isStopped; left--) await new Promise((next) => this.#waiting.push(next));
  }

  /** The longest time without an answer since this was asked last, in milliseconds. */
  longestPause() {
    const since = this.answered;
    this.answered = since.slice(-1);
    return since.reduce((most, at, i) => Math.max(most, i > 0 ? at - since[i - 1] : 0), 0);
  }

  async #lane(id) {
    let head = 0;
    while (!this.#isStopped) {
      const event = { writer: this.#name, n: ++this.#written };
      head = await this.#append(id, event, head);
      this.answered.push(performance.now());
      for (const next of this.#waiting.splice(0)) next();
    }
  }

  /** Answers the head behind it. A conflict is an answer, too: nothing is stored then. */
  async #append(id, event, head) {
    try {
      const [{ sequenceNr }] = await this.#journal.append(id, [{ event }], head);
      tell(this.#path, { id, seq: sequenceNr, ...event });
      return sequenceNr;
    } catch (error) {
      if (isConflict(error)) return error.actualSeq;
      this.failures.push(`${error.code}: ${error.message}`);
      return head;
    }
  }
}

/** What was answered is known elsewhere before this page can go. A channel that stays open keeps a page from being kept. */
function tell(path, answered) {
  const channel = new BroadcastChannel(`answered ${path}`);
  channel.postMessage(answered);
  channel.close();
}
