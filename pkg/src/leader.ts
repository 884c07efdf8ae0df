import type { Binding } from './binding.js';
import { nameOf, type Answer, type Forwarded, type Life, type News } from './protocol.js';
import { Server } from './server.js';

/** Serves the paths that this worker leads to the workers of other pages. */
export class Leader {
  readonly #binding: Binding;
  readonly #guests = new Map<string, Guest>();
  /** The latest worker of each page that was ever heard of. */
  readonly #lives = new Map<string, number>();

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  take({ from, path, requests }: Forwarded): void {
    const { page, life } = from;
    // Last words of a worker that its page has replaced: the page has asked again since.
    if (life < (this.#lives.get(page) ?? 0)) return;
    this.#lives.set(page, life);
    this.#guest(from).server(path, this.#binding).take(requests);
  }

  #guest(from: Life): Guest {
    const known = this.#guests.get(from.page);
    if (known?.life === from.life) return known;
    known?.leave();
    const guest = new Guest(from, () => {
      if (this.#guests.get(from.page) === guest) this.#guests.delete(from.page);
    });
    this.#guests.set(from.page, guest);
    return guest;
  }
}

/** Another page's worker, until it ends. That is told by its lock, which it holds as long as it lives. */
class Guest {
  readonly life: number;
  readonly #answers: BroadcastChannel;
  readonly #servers = new Map<string, Server>();
  #isGone = false;

  constructor(from: Life, gone: () => void) {
    this.life = from.life;
    this.#answers = new BroadcastChannel(nameOf(from));
    void navigator.locks.request(nameOf(from), () => {
      this.leave();
      gone();
    });
  }

  server(path: string, binding: Binding): Server {
    const server = this.#servers.get(path) ?? new Server(binding, (answers) => this.#tell(path, answers));
    this.#servers.set(path, server);
    return server;
  }

  leave(): void {
    this.#isGone = true;
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
    this.#answers.close();
  }

  #tell(path: string, answers: readonly Answer[]): void {
    if (!this.#isGone) this.#answers.postMessage({ path, answers } satisfies News);
  }
}
