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
  #live: Live | undefined;
  /** The last position that was told. */
  #told: number | undefined;
  /** Subscriptions find out where they begin. */
  #beginning: Promise<void> | undefined;
  /** What this journal has appended is being read, to be told. */
  #catchingUp: Promise<void> = Promise.resolve();

  constructor(queries: Queries, payloads: Payloads) {
    this.#queries = queries;
    this.#payloads = payloads;
  }

  /** Answers what ends the subscription. */
  subscribe(listener: EventListener): () => void {
    const subscription: Subscription = { listener, since: undefined, early: [] };
    this.#subscriptions.add(subscription);
    const end = this.#queries.end().catch(() => undefined);
    const before = this.#beginning;
    const beginning = end.then(async (position) => {
      this.#begin(subscription, position);
      await before;
      if (this.#beginning === beginning) this.#beginning = undefined;
    });
    this.#beginning = beginning;
    return () => {
      this.#subscriptions.delete(subscription);
      if (this.#subscriptions.size === 0) this.#end();
    };
  }

  /**
   * Tells what this journal has appended: when an append answers, its listeners have heard of it. What
   * cannot be read now is told later.
   *
   * @param written gives objects that are nobody else's.
   */
  async wrote(first: number, last: number, written: () => readonly PersistentEvent[]): Promise<void> {
    if (this.#beginning) await this.#beginning;
    if (this.#told === undefined || last <= this.#told) return;
    const events = first === this.#told + 1 ? attempted(written) : undefined;
    if (events) return this.#tellAll(events);
    this.#catchingUp = this.#catchingUp.then(() => this.#catchUp(last)).catch(() => undefined);
    return this.#catchingUp;
  }

  async #catchUp(until: number): Promise<void> {
    while (this.#told !== undefined && this.#told < until) {
      const chunk = await this.#queries.between(this.#told, until);
      this.#announce(chunk);
      if (chunk.last) return;
    }
  }

  /** @param position where the journal ended; where that cannot be told, it begins with what is told next. */
  #begin(subscription: Subscription, position: number | undefined): void {
    if (!this.#subscriptions.has(subscription)) return;
    const { early } = subscription;
    subscription.since = position ?? this.#told ?? 0;
    subscription.early = [];
    for (const event of early) this.#tell(subscription, event);
    this.#told ??= position;
    if (this.#live) return;
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
        if (error instanceof JournalError && error.code === 'corrupt') this.#startAnew(error);
        await new Promise((over) => setTimeout(over, wait));
        wait = Math.min(2 * wait, LONGEST_MS);
        if (this.#live !== live) return;
        live = this.#live = this.#queries.begin();
      }
    }
  }

  /** Another database has taken the place of the one that was read: what comes in it is told. */
  #startAnew(why: JournalError): void {
    report(why);
    this.#told = undefined;
    for (const subscription of this.#subscriptions) subscription.since &&= 0;
  }

  /** An event that cannot be decoded is reported in place of being told. */
  #announce(chunk: EventChunk): void {
    let at = 0;
    const isBehind = (): boolean => at < chunk.count && chunk.positionAt(at) <= (this.#told ?? Infinity);
    while (isBehind()) at++;
    while (at < chunk.count) {
      const { events, failure } = chunk.decode(this.#payloads, at);
      this.#tellAll(events);
      at += events.length;
      if (!failure) return;
      report(failure);
      if (this.#told !== undefined) this.#told = chunk.positionAt(at);
      at++;
    }
  }

  #tellAll(events: readonly PersistentEvent[]): void {
    for (const event of events) {
      // A listener may have ended the last subscription.
      if (this.#told === undefined) return;
      this.#told = event.position;
      for (const subscription of [...this.#subscriptions]) this.#tell(subscription, event);
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

/** Nothing where a codec cannot read what it wrote: that is told when it is read. */
function attempted(written: () => readonly PersistentEvent[]): readonly PersistentEvent[] | undefined {
  try {
    return written();
  } catch {
    return undefined;
  }
}

/** As an uncaught exception where the platform can report one without ending the process. */
function report(error: unknown): void {
  const { window, reportError } = globalThis as Partial<typeof globalThis>;
  if (window && reportError) reportError(error);
  else console.error(error);
}
