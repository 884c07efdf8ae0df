import { hallOf, lockOf, WHO, type News } from './protocol.js';
import { isNews } from './protocol-shape.js';

/**
 * One worker's part in the election for a path. Whoever holds the path's lock leads, from when it is
 * granted until the worker ends.
 */
export class Election {
  readonly #hall: BroadcastChannel;
  readonly #victory: News;
  readonly #tell: (news: News) => void;
  #leads = false;

  /**
   * @param me this worker's name.
   * @param tell is told what there is to know about the path.
   */
  constructor(path: string, me: string, tell: (news: News) => void) {
    this.#victory = { path, leader: me };
    this.#tell = tell;
    // Before the lock is asked for: between a leader's end and the next one's first word is nobody.
    this.#hall = new BroadcastChannel(hallOf(path));
    this.#hall.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isNews(data)) tell(data);
      else if (data === WHO && this.#leads) this.announce(this.#victory);
    };
    navigator.locks.request(lockOf(path), () => this.#win()).catch(reportError);
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

  #win(): Promise<never> {
    this.#leads = true;
    this.tellOfWork();
    return new Promise(() => undefined);
  }
}
