import type { JournalHandle } from './binding.js';
import type { Payloads } from './codec.js';
import type { EventListener, PersistentEvent } from './types.js';

/** How the events of a table are read. */
export interface EventsReader {
  readonly name: string;
  readonly payloads: Payloads;
  /** Opens a handle for whoever goes on reading when the journal is closed. */
  open(): Promise<JournalHandle>;
  /** A position at which the journal has ended since this was called. */
  end(): Promise<number>;
}

export interface Subscription {
  readonly listener: EventListener;
  /** Told are events behind this position. */
  since: number;
}

/** Tells listeners what is written to one table, in position order. */
export abstract class Hub {
  /** Hubs with listeners, which stay when the journals that were listened to are gone. */
  static readonly #heard = new Set<Hub>();

  readonly #subscriptions = new Set<Subscription>();

  /** Answers what ends the subscription. */
  subscribe(listener: EventListener, _reader: EventsReader): () => void {
    const subscription = this.add(listener, 0);
    return () => this.remove(subscription);
  }

  /** An append begins; its ticket goes to {@link Hub.end}. */
  abstract begin(): number;

  /**
   * The append has its answer. `written` gives the events it wrote, none where it failed; one that
   * may be a repeat may have written them long ago.
   */
  abstract end(ticket: number, mayRepeat: boolean, written: () => readonly PersistentEvent[]): void;

  protected get isHeard(): boolean {
    return this.#subscriptions.size > 0;
  }

  protected add(listener: EventListener, since: number): Subscription {
    const subscription = { listener, since };
    this.#subscriptions.add(subscription);
    Hub.#heard.add(this);
    return subscription;
  }

  protected remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    if (!this.isHeard) Hub.#heard.delete(this);
  }

  /** @param once nobody is told of it again, nor of one before it. */
  protected announce(event: PersistentEvent, once = false): void {
    for (const subscription of [...this.#subscriptions]) {
      if (event.position <= subscription.since) continue;
      if (once) subscription.since = event.position;
      try {
        subscription.listener(event);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** What a codec throws here comes too late to fail the append. */
export function attempted(written: () => readonly PersistentEvent[]): readonly PersistentEvent[] {
  try {
    return written();
  } catch (error) {
    report(error);
    return [];
  }
}

/** As an uncaught exception where the platform can report one without ending the process. */
export function report(error: unknown): void {
  const { window, reportError } = globalThis as Partial<typeof globalThis>;
  if (window && reportError) reportError(error);
  else console.error(error);
}

const hubs = new Map<string, WeakRef<Hub>>();

/** The hub of one table, the same for all that ask with the same key. */
export function sharedHub(key: string, make: () => Hub): Hub {
  const known = hubs.get(key)?.deref();
  if (known) return known;
  const hub = make();
  hubs.set(key, new WeakRef(hub));
  return hub;
}
