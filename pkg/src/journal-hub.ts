import type { EventListener, EventStream, PersistentEvent } from './types.js';

/**
 * Tells listeners what the journals on one table have written, in position order.
 *
 * Answers of appends that run at the same time may arrive in another order than their commits had.
 * So an answer waits for the appends that were under way when it came: those alone may still turn
 * out to stand before it.
 */
export class Hub implements EventStream {
  readonly #listeners = new Set<{ readonly listener: EventListener }>();
  readonly #underWay = new Set<number>();
  readonly #waiting: { readonly events: readonly PersistentEvent[]; readonly after: number }[] = [];
  #started = 0;
  #announced = 0;

  subscribe(listener: EventListener): () => void {
    const subscription = { listener };
    this.#listeners.add(subscription);
    return () => void this.#listeners.delete(subscription);
  }

  /** An append begins; its ticket goes to {@link Hub.end}. */
  begin(): number {
    this.#underWay.add(this.#started);
    return this.#started++;
  }

  /** The append has its answer. `written` gives the events it wrote, none where it failed. */
  end(ticket: number, written: () => readonly PersistentEvent[]): void {
    this.#underWay.delete(ticket);
    const events = this.#listeners.size > 0 ? attempted(written) : [];
    if (events.length > 0) this.#waiting.push({ events, after: this.#started });
    this.#waiting.sort((a, b) => first(a.events) - first(b.events));
    this.#announceReady();
  }

  #announceReady(): void {
    const [oldest = Infinity] = this.#underWay;
    for (let next = this.#waiting[0]; next && next.after <= oldest; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.events.forEach((event) => this.#announce(event));
    }
  }

  /** A repeated append may answer what was announced long ago. */
  #announce(event: PersistentEvent): void {
    if (event.position <= this.#announced) return;
    this.#announced = event.position;
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** What a codec throws here comes too late to fail the append. */
function attempted(written: () => readonly PersistentEvent[]): readonly PersistentEvent[] {
  try {
    return written();
  } catch (error) {
    report(error);
    return [];
  }
}

function first(events: readonly PersistentEvent[]): number {
  return events[0]?.position ?? 0;
}

/** As an uncaught exception where the platform can report one without ending the process. */
function report(error: unknown): void {
  const { window, reportError } = globalThis as Partial<typeof globalThis>;
  if (window && reportError) reportError(error);
  else console.error(error);
}

const hubs = new Map<string, WeakRef<Hub>>();

/** The hub of one table, the same for all that ask with the same key. */
export function sharedHub(key: string): Hub {
  const known = hubs.get(key)?.deref();
  if (known) return known;
  const hub = new Hub();
  hubs.set(key, new WeakRef(hub));
  return hub;
}
