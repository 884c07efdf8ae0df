import { Courier, type Line } from './client-courier.js';
import { asJournalError } from './errors-wire.js';
import { JournalError } from './errors.js';
import { ALIVE, nameOf, READY, type News, type Order, type Port, type Setup } from './protocol.js';

/** A worker that was started, and what ends it. */
export interface Peer extends Port {
  terminate(): void;
}

/** How a page has a worker. */
export interface Workers {
  /** Starts one. That it could not be loaded, or has died, is told to `died`. */
  start(died: (error: JournalError) => void): Peer;
  /** Makes ready what one needs, while it starts. */
  prepare(): Promise<Omit<Setup, 'me'>>;
  /** How long a leader may be silent. */
  readonly leaderTimeoutMs: number;
}

/** So many workers in a row may die without use. */
const MOST_DEATHS = 5;

/**
 * A page's worker: started when something is to be opened, ended with the last handle, and while the
 * page is hidden away, so that nobody waits for one that cannot run. One that died is replaced.
 */
export class Link implements Line {
  readonly #workers: Workers;
  readonly #couriers = new Map<string, Courier>();
  /** Not before a worker has been started: where no OPFS is there are no UUIDs either. */
  #page: string | undefined;
  /** Counts the workers; what is heard from one that is replaced counts no more. */
  #life = 0;
  #worker: Peer | undefined;
  #name = '';
  #mourner: AbortController | undefined;
  #hasAnswered = false;
  /** Of workers, since somebody who waited was answered. */
  #deaths = 0;
  #isAway = false;
  isUp = false;

  constructor(workers: Workers) {
    this.#workers = workers;
    const leave = (): void => this.#leave();
    const come = (): void => this.#come();
    // A worker that uses the package hears none of this: it lives and freezes with its page.
    globalThis.addEventListener?.('pagehide', leave);
    globalThis.addEventListener?.('pageshow', come);
    globalThis.document?.addEventListener('freeze', leave);
    globalThis.document?.addEventListener('resume', come);
  }

  get leaderTimeoutMs(): number {
    return this.#workers.leaderTimeoutMs;
  }

  /** The calls on a path. */
  courier(path: string): Courier {
    const courier = this.#couriers.get(path) ?? new Courier(path, this);
    this.#couriers.set(path, courier);
    return courier;
  }

  begin(): void {
    if (this.#worker || this.#isAway || this.#isIdle) return;
    const life = ++this.#life;
    const isCurrent = (): boolean => life === this.#life;
    const fail = (why: unknown): void => void (isCurrent() && this.#fail(why));
    try {
      const worker = this.#workers.start((why) => void (isCurrent() && this.#died(why)));
      this.#worker = worker;
      this.#hasAnswered = false;
      const ready = new Promise<void>((loaded) => {
        worker.addEventListener('message', ({ data }: MessageEvent<typeof READY | typeof ALIVE | News>) => {
          if (data === READY) loaded();
          else if (isCurrent()) this.#hear(data);
        });
      });
      Promise.all([this.#workers.prepare(), ready]).then(([setup]) => {
        this.#page ??= crypto.randomUUID();
        if (isCurrent()) this.#connect(worker, { me: { page: this.#page, life }, ...setup });
      }, fail);
    } catch (why) {
      fail(why);
    }
  }

  post(order: Order): void {
    this.#worker?.postMessage(order);
  }

  release(): void {
    if (this.#isIdle) this.#end();
  }

  get #isIdle(): boolean {
    return [...this.#couriers.values()].every(({ isIdle }) => isIdle);
  }

  #connect(worker: Peer, setup: Setup): void {
    worker.postMessage(setup);
    this.isUp = true;
    this.#name = nameOf(setup.me);
    for (const courier of this.#couriers.values()) courier.connect();
  }

  /** Nothing is heard for long: of a worker that has not said that it lives, it is taken that it does not. */
  suspect(): void {
    if (!this.#mourner) this.#died(new JournalError('storage-unavailable', 'the worker has ended before it began'));
  }

  #hear(news: typeof ALIVE | News): void {
    if (news === ALIVE) {
      this.#mourner = this.#mourn();
      return;
    }
    this.#hasAnswered ||= 'answers' in news;
    if (this.#couriers.get(news.path)?.hear(news)) this.#deaths = 0;
  }

  /** Waits for the worker's end, however that comes: it holds its lock as long as it lives. */
  #mourn(): AbortController {
    const mourner = new AbortController();
    const { signal } = mourner;
    const mourned = (): void => {
      if (!signal.aborted) this.#died(new JournalError('storage-unavailable', 'the worker has ended'));
    };
    navigator.locks.request(this.#name, { signal }, mourned).catch(() => undefined);
    return mourner;
  }

  /** One that dies before it has answered anything would die again, and so would the next of many. */
  #died(why: JournalError): void {
    if (!this.#hasAnswered || ++this.#deaths > MOST_DEATHS) return this.#fail(why);
    this.#end();
    this.begin();
  }

  #fail(why: unknown): void {
    this.#deaths = 0;
    this.#end();
    for (const courier of this.#couriers.values()) courier.fail(asJournalError(why));
  }

  #end(): void {
    this.#life++;
    this.#mourner?.abort();
    this.#mourner = undefined;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.isUp = false;
    for (const courier of this.#couriers.values()) courier.disconnect();
  }

  #leave(): void {
    this.#isAway = true;
    this.#end();
  }

  #come(): void {
    this.#isAway = false;
    this.begin();
  }
}
