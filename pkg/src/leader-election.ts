import { hallOf, lockOf, WHO, type News } from './protocol.js';
import { isNews } from './protocol-shape.js';

/**
 * For how long a new leader does not know who has the path open: they are told of it at once, and say
 * so between two tasks of theirs.
 */
const GRACE_MS = 1000;

/**
 * One worker's part in the election for a path. Whoever holds the path's lock leads, from when it is
 * granted until the worker ends.
 */
export class Election {
  readonly #lock: string;
  readonly #hall: BroadcastChannel;
  readonly #victory: News;
  readonly #tell: (news: News) => void;
  #leads = false;
  #since = 0;

  /**
   * @param me this worker's name.
   * @param tell is told what there is to know about the path.
   */
  constructor(path: string, me: string, tell: (news: News) => void) {
    this.#lock = lockOf(path);
    this.#victory = { path, leader: me };
    this.#tell = tell;
    // Before the lock is asked for: between a leader's end and the next one's first word is nobody.
    this.#hall = new BroadcastChannel(hallOf(path));
    this.#hall.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === WHO && this.#leads) this.announce(this.#victory);
      // Who leads knows better than what another one has said before its end.
      else if (isNews(data) && !this.#leads) tell(data);
    };
    navigator.locks.request(this.#lock, () => this.#win()).catch(reportError);
  }

  /** The leader, if there is one that hears it, is told of. */
  ask(): void {
    if (this.#leads) this.#tell(this.#victory);
    else this.#hall.postMessage(WHO);
  }

  /** Tells all workers in the hall. */
  announce(news: News): void {
    this.#hall.postMessage(news);
  }

  /** Tells whoever waits for this leader that it is there, though it answers nobody meanwhile. */
  tellOfWork(): void {
    if (!this.#leads) return;
    this.announce(this.#victory);
    this.#tell(this.#victory);
  }

  /** Resolves when all who have the path open have had the time to say so to this leader. */
  async settled(): Promise<void> {
    const { pending = [] } = await navigator.locks.query();
    // Whoever uses the path stands for election.
    if (!pending.some(({ name }) => name === this.#lock)) return;
    const left = this.#since + GRACE_MS - performance.now();
    if (left > 0) await new Promise((over) => setTimeout(over, left));
  }

  #win(): Promise<never> {
    this.#leads = true;
    this.#since = performance.now();
    this.tellOfWork();
    return new Promise(() => undefined);
  }
}
