import { hallOf, lockOf, WHO, type News } from './protocol.js';

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
    this.#hall.onmessage = ({ data }: MessageEvent<News | typeof WHO>) => {
      if (data !== WHO) tell(data);
      else if (this.#leads) this.announce(this.#victory);
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

  #win(): Promise<never> {
    this.#leads = true;
    this.announce(this.#victory);
    this.#tell(this.#victory);
    return new Promise(() => undefined);
  }
}
