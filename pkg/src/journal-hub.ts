import type { EventListener, EventStream, PersistentEvent } from './types.js';

/**
 * Tells listeners what the journals on one table have written, in position order.
 *
 * Answers of appends that run at the same time may arrive in another order than their commits had.
 * So an answer waits for the appends that were under way when it came: those alone may still turn
 * out to stand before it.
 */
export class Hub implements EventStream {
  /** Hubs with listeners, which stay when the journals that were listened to are gone. */
  static readonly #heard = new Set<Hub>();

  readonly #listeners = new Set<{ readonly listener: EventListener }>();
  readonly #underWay = new Set<number>();
  readonly #waiting: Written[] = [];
  #started = 0;
  #announced = 0;

  subscribe(listener: EventListener): () => void {
    const subscription = { listener };
    this.#listeners.add(subscription);
    Hub.#heard.add(this);
    return () => {
      this.#listeners.delete(subscription);
      if (this.#listeners.size === 0) Hub.#heard.delete(this);
    };
  }

  /** An append begins; its ticket goes to {@link Hub.end}. */
  begin(): number {
    this.#underWay.add(this.#started);
    return this.#started++;
  }

  /**
   * The append has its answer. `written` gives the events it wrote, none where it failed; one that
   * may be a repeat may have written them long ago.
   */
  end(ticket: number, mayRepeat: boolean, written: () => readonly PersistentEvent[]): void {
    this.#underWay.delete(ticket);
    const events = this.#listeners.size > 0 ? attempted(written) : [];
    if (events.length > 0) this.#waiting.push({ events, mayRepeat, after: this.#started });
    this.#waiting.sort((a, b) => first(a.events) - first(b.events));
    this.#announceReady();
  }

  #announceReady(): void {
    const [oldest = Infinity] = this.#underWay;
    for (let next = this.#waiting[0]; next && next.after <= oldest; next = this.#waiting[0]) {
      this.#waiting.shift();
      for (const event of next.events) {
        if (!next.mayRepeat || event.position > this.#announced) this.#announce(event);
      }
    }
  }

  #announce(event: PersistentEvent): void {
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

interface Written {
  readonly events: readonly PersistentEvent[];
  readonly mayRepeat: boolean;
  /** Appends with lower tickets may still turn out to stand before it. */
  readonly after: number;
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
