/** Watches for how long a thread does not get round to its timers. */
export class Pulse {
  #longest = 0;
  #last = performance.now();
  #timer;

  constructor() {
    this.#beat();
  }

  /** Milliseconds from one beat to the next at most: no task took longer. */
  async stop() {
    await new Promise((due) => setTimeout(due));
    clearTimeout(this.#timer);
    return this.#longest;
  }

  #beat() {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
    this.#timer = setTimeout(() => this.#beat());
  }
}
