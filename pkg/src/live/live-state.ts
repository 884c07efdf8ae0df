import { mustBeFunction } from './arguments.js';
import { turn } from './turn.js';

/**
 * - `'catching-up'`: what is there has not been read to its end.
 * - `'live'`: it has, and what is written from now on appears.
 * - `'failed'`: nothing more is read.
 */
export type LiveStatus = 'catching-up' | 'live' | 'failed';

/** A state as of one moment. Another object stands for each other moment; none is changed. */
export interface Live<State> {
  /** Behind the events that were read so far, also where it has failed. */
  readonly state: State;
  readonly status: LiveStatus;
  /** Why it has failed, most often a {@link JournalError}; else `undefined`. */
  readonly error: unknown;
}

/** Where a state comes from. */
export interface Source<State> {
  /**
   * Reads on from where the last reading was ended, until the signal ends this one.
   *
   * @param told called when the state is another, or the status.
   */
  follow(signal: AbortSignal, told: (status: LiveStatus) => void): Promise<void>;
  /** The state behind what was read. */
  state(): State;
}

/**
 * A state that follows a journal for as long as somebody subscribes to it: an *external store*, as React
 * calls it, and what a signal of any library is made of.
 *
 * It reads from the first subscription on until the last one is ended, and goes on from there with the next
 * one. Subscribers are told once for all the events that have come in a turn of the event loop, and at least
 * once for 1,024.
 *
 * @example A signal of `@preact/signals`, one of Vue, and one of Solid:
 * ```ts
 * const total = signal(live.getSnapshot());
 * const end = live.subscribe(() => (total.value = live.getSnapshot()));
 * ```
 * ```ts
 * const total = shallowRef(live.getSnapshot());
 * onScopeDispose(live.subscribe(() => (total.value = live.getSnapshot())));
 * ```
 * ```ts
 * const total = from((set) => live.subscribe(() => set(live.getSnapshot())));
 * ```
 */
export class LiveState<State> {
  /** The state before anything was read, which a server renders. */
  readonly initial: Live<State>;
  readonly #source: Source<State>;
  readonly #subscriptions = new Set<{ readonly listener: () => void }>();
  /** What is shown. */
  #live: Live<State>;
  /** What is to be shown next. */
  #next: Pick<Live<State>, 'status' | 'error'>;
  #isDue = false;
  /** Ends the reading. */
  #reading: AbortController | undefined;

  /** @internal */
  constructor(source: Source<State>) {
    this.initial = { state: source.state(), status: 'catching-up', error: undefined };
    this.#source = source;
    this.#live = this.#next = this.initial;
  }

  /** What is shown now: the same object until subscribers are told of another one. */
  readonly getSnapshot = (): Live<State> => this.#live;

  /**
   * Calls `listener` whenever {@link getSnapshot} answers another object. What it throws is reported on the
   * console.
   *
   * @returns a function that ends the subscription.
   */
  readonly subscribe = (listener: () => void): (() => void) => {
    mustBeFunction('subscribe: listener', listener);
    const subscription = { listener };
    this.#subscriptions.add(subscription);
    if (!this.#reading) this.#begin();
    return () => {
      this.#subscriptions.delete(subscription);
      if (this.#subscriptions.size === 0) this.#end();
    };
  };

  /** Reads on where that has failed: it begins behind the last event that is in the state. */
  readonly retry = (): void => {
    if (this.#reading && this.#next.status === 'failed') this.#begin();
  };

  #begin(): void {
    this.#reading = new AbortController();
    if (this.#next.status !== 'catching-up') this.#change('catching-up');
    void this.#read(this.#reading.signal);
  }

  #end(): void {
    this.#reading?.abort();
    this.#reading = undefined;
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      // Who subscribes, leaves and subscribes again in one turn, as React's StrictMode does, reads once.
      await undefined;
      if (!signal.aborted) await this.#source.follow(signal, (status) => this.#change(status));
    } catch (error) {
      if (!signal.aborted) this.#change('failed', error);
    }
  }

  #change(status: LiveStatus, error?: unknown): void {
    this.#next = { status, error };
    if (this.#isDue) return;
    this.#isDue = true;
    void turn().then(() => this.#show());
  }

  #show(): void {
    this.#isDue = false;
    this.#live = { state: this.#source.state(), ...this.#next };
    for (const { listener } of [...this.#subscriptions]) told(listener);
  }
}

function told(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    console.error('a listener of a live state failed:', error);
  }
}
