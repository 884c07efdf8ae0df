import { JournalError } from './errors.js';
import type { EventChunk } from './chunk.js';
import type { Payloads } from './codec.js';
import type { Live } from './journal-live.js';
import type { Queries } from './journal-queries.js';
import type { EventListener, PersistentEvent } from './types.js';

interface Subscription {
  readonly listener: EventListener;
  /** Told are events behind this position; until that is known they are kept. */
  since: number | undefined;
  early: PersistentEvent[];
}

/** How long to wait until what has failed is tried again: at first, and at most. */
const [SHORTEST_MS, LONGEST_MS] = [50, 2000];

/** Tells listeners what is written to a journal, by whomever, in position order. */
export class Subscriptions {
  readonly #queries: Queries;
  readonly #payloads: Payloads;
  readonly #subscriptions = new Set<Subscription>();
  #begun: Promise<unknown> | undefined;
  #live: Live | undefined;
  /** The last position that was told. */
  #told: number | undefined;

  constructor(queries: Queries, payloads: Payloads) {
    this.#queries = queries;
    this.#payloads = payloads;
  }

  /** Answers what ends the subscription. */
  subscribe(listener: EventListener): () => void {
    const subscription: Subscription = { listener, since: undefined, early: [] };
    this.#subscriptions.add(subscription);
    const begins = this.#queries.end().then(
      (position) => this.#begin(subscription, position),
      () => this.#begin(subscription, undefined),
    );
    const begun = Promise.all([this.#begun, begins]).then(() => {
      if (this.#begun === begun) this.#begun = undefined;
    });
    this.#begun = begun;
    return () => {
      this.#subscriptions.delete(subscription);
      if (this.#subscriptions.size === 0) this.#end();
    };
  }

  /** There is one of which it is not known yet where it begins: what is appended now is to be told. */
  get begun(): Promise<unknown> | undefined {
    return this.#begun;
  }

  /** @param position where the journal ended; where that cannot be told, it begins with what is told next. */
  #begin(subscription: Subscription, position: number | undefined): void {
    if (!this.#subscriptions.has(subscription)) return;
    const { early } = subscription;
    subscription.since = position ?? this.#told ?? 0;
    subscription.early = [];
    for (const event of early) this.#tell(subscription, event);
    if (this.#live) return;
    this.#told = position;
    this.#live = this.#queries.begin();
    void this.#follow(this.#live);
  }

  #end(): void {
    this.#live?.end();
    this.#live = undefined;
    this.#told = undefined;
  }

  /** Until the last subscription ends, or the journal is closed. What fails is tried again. */
  async #follow(live: Live): Promise<void> {
    let wait = SHORTEST_MS;
    while (this.#live === live) {
      try {
        this.#told ??= await this.#queries.end();
        for await (const chunk of this.#queries.follow(live, this.#told)) {
          wait = SHORTEST_MS;
          this.#announce(chunk);
        }
        return;
      } catch (error) {
        if (this.#live !== live) return;
        if (error instanceof JournalError && error.code === 'closed') return this.#end();
        await new Promise((over) => setTimeout(over, wait));
        wait = Math.min(2 * wait, LONGEST_MS);
        if (this.#live !== live) return;
        live = this.#live = this.#queries.begin();
      }
    }
  }

  /** An event that cannot be decoded is reported in place of being told. */
  #announce(chunk: EventChunk): void {
    for (let at = 0; at < chunk.count; ) {
      const { events, failure } = chunk.decode(this.#payloads, at);
      for (const event of events) {
        this.#told = event.position;
        for (const subscription of [...this.#subscriptions]) this.#tell(subscription, event);
      }
      at += events.length;
      if (!failure) continue;
      report(failure);
      this.#told = chunk.positionAt(at++);
    }
  }

  /** A listener may have ended any subscription. */
  #tell(subscription: Subscription, event: PersistentEvent): void {
    if (!this.#subscriptions.has(subscription)) return;
    if (subscription.since === undefined) return void subscription.early.push(event);
    if (event.position <= subscription.since) return;
    subscription.since = event.position;
    try {
      subscription.listener(event);
    } catch (error) {
      report(error);
    }
  }
}

/** As an uncaught exception where the platform can report one without ending the process. */
function report(error: unknown): void {
  const { window, reportError } = globalThis as Partial<typeof globalThis>;
  if (window && reportError) reportError(error);
  else console.error(error);
}
