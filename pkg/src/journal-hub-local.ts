import { attempted, Hub } from './journal-hub.js';
import type { PersistentEvent } from './types.js';

/**
 * Tells what the journals of this process on one table have written.
 *
 * Answers of appends that run at the same time may arrive in another order than their commits had.
 * So an answer waits for the appends that were under way when it came: those alone may still turn
 * out to stand before it.
 */
export class LocalHub extends Hub {
  readonly #underWay = new Set<number>();
  readonly #waiting: Written[] = [];
  #started = 0;
  #announced = 0;

  override begin(): number {
    this.#underWay.add(this.#started);
    return this.#started++;
  }

  override end(ticket: number, mayRepeat: boolean, written: () => readonly PersistentEvent[]): void {
    this.#underWay.delete(ticket);
    const events = this.isHeard ? attempted(written) : [];
    if (events.length > 0) this.#waiting.push({ events, mayRepeat, after: this.#started });
    this.#waiting.sort((a, b) => first(a.events) - first(b.events));
    this.#announceReady();
  }

  #announceReady(): void {
    const [oldest = Infinity] = this.#underWay;
    for (let next = this.#waiting[0]; next && next.after <= oldest; next = this.#waiting[0]) {
      this.#waiting.shift();
      for (const event of next.events) {
        if (next.mayRepeat && event.position <= this.#announced) continue;
        this.#announced = event.position;
        this.announce(event);
      }
    }
  }
}

interface Written {
  readonly events: readonly PersistentEvent[];
  readonly mayRepeat: boolean;
  /** Appends with lower tickets may still turn out to stand before it. */
  readonly after: number;
}

function first(events: readonly PersistentEvent[]): number {
  return events[0]?.position ?? 0;
}
