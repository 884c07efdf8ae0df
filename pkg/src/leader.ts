import type { Binding } from './binding.js';
import { nameOf, type Answer, type Forwarded, type Life, type News } from './protocol.js';
import { Server } from './server.js';

/** Serves the paths that this worker leads to the workers of other pages. */
export class Leader {
  readonly #binding: Binding;
  readonly #appended: (path: string) => void;
  readonly #guests = new Map<string, Guest>();

  /** @param appended is told that a guest has written events. */
  constructor(binding: Binding, appended: (path: string) => void) {
    this.#binding = binding;
    this.#appended = appended;
  }

  /** Whether other pages' workers are there. */
  get hasGuests(): boolean {
    return [...this.#guests.values()].some(({ isGone }) => !isGone);
  }

  take({ from, path, requests }: Forwarded): void {
    const known = this.#guests.get(from.page);
    // Last words of a worker that its page has replaced: the page has asked again since.
    if (known && (known.life > from.life || (known.life === from.life && known.isGone))) return;
    this.#guest(from, known).server(path, this.#binding, () => this.#appended(path)).take(requests);
  }

  #guest(from: Life, known: Guest | undefined): Guest {
    if (known?.life === from.life) return known;
    known?.leave();
    const guest = new Guest(from);
    this.#guests.set(from.page, guest);
    return guest;
  }
}

/** Another page's worker, until it ends. That is told by its lock, which it holds as long as it lives. */
class Guest {
  readonly life: number;
  isGone = false;
  readonly #answers: BroadcastChannel;
  readonly #servers = new Map<string, Server>();

  constructor(from: Life) {
    this.life = from.life;
    this.#answers = new BroadcastChannel(nameOf(from));
    void navigator.locks.request(nameOf(from), () => this.leave());
  }

  server(path: string, binding: Binding, appended: () => void): Server {
    const post = (answers: readonly Answer[]): void => {
      if (!this.isGone) this.#answers.postMessage({ path, answers } satisfies News);
    };
    const server = this.#servers.get(path) ?? new Server(binding, post, appended);
    this.#servers.set(path, server);
    return server;
  }

  leave(): void {
    this.isGone = true;
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
    this.#answers.close();
  }
}
