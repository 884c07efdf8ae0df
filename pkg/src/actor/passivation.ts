/** What is in memory and may be put away when it has nothing to do. */
export interface Resident {
  /** How long it may stay without anything to do; `Infinity` for ever. */
  readonly passivateAfterMs: number;
  passivate(): void;
}

/** Residents that have nothing to do and may stay as long as each other, longest idle first. */
type Queue = Map<Resident, number>;

/** Puts residents away that have been idle for too long, and the longest idle beyond a number. */
export class Passivation {
  readonly #limit: number;
  readonly #queues = new Map<number, Queue>();
  #busy = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many are in memory. */
  get residents(): number {
    let count = this.#busy;
    for (const queue of this.#queues.values()) count += queue.size;
    return count;
  }

  /** It has something to do. */
  busy(resident: Resident): void {
    this.#leave(resident);
    this.#busy++;
    this.#makeRoom();
  }

  /** A busy one has nothing to do any more. */
  idle(resident: Resident): void {
    this.#busy--;
    this.#join(resident);
    this.#makeRoom();
    this.#schedule();
  }

  /** A busy one is gone. */
  gone(): void {
    this.#busy--;
  }

  #join(resident: Resident): void {
    const stay = resident.passivateAfterMs;
    const queue = this.#queues.get(stay) ?? new Map();
    this.#queues.set(stay, queue.set(resident, performance.now()));
  }

  /** An empty queue goes with the last of it. */
  #leave(resident: Resident): void {
    const stay = resident.passivateAfterMs;
    const queue = this.#queues.get(stay);
    queue?.delete(resident);
    if (queue?.size === 0) this.#queues.delete(stay);
  }

  #makeRoom(): void {
    while (this.residents > this.#limit) {
      const longestIdle = this.#longestIdle();
      if (!longestIdle) return;
      this.#leave(longestIdle);
      longestIdle.passivate();
    }
  }

  #longestIdle(): Resident | undefined {
    let longest: Resident | undefined;
    let earliest = Infinity;
    for (const [[resident, since] = []] of this.#queues.values()) {
      if (since === undefined || since >= earliest) continue;
      [longest, earliest] = [resident, since];
    }
    return longest;
  }

  /** One timer, for whoever's time is up first. It may find that one busy, or gone. */
  #schedule(): void {
    const due = this.#firstDue();
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(due - performance.now()));
    // In Node a timer keeps the process running unless told otherwise; in a page it is a number.
    this.#timer.unref?.();
  }

  #firstDue(): number {
    let first = Infinity;
    for (const [stay, queue] of this.#queues) {
      const [since = Infinity] = queue.values();
      first = Math.min(first, since + stay);
    }
    return first;
  }

  #expire(): void {
    this.#due = Infinity;
    const now = performance.now();
    for (const [stay, queue] of this.#queues) {
      for (const [resident, since] of queue) {
        if (since + stay > now) break;
        this.#leave(resident);
        resident.passivate();
      }
    }
    this.#schedule();
  }
}
