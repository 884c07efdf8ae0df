import type { Binding } from './binding.js';
import { Election } from './leader-election.js';
import { Leader } from './leader.js';
import { buffersOf } from './protocol-buffers.js';
import { ALIVE, nameOf, type Answer, type Forwarded, type Life, type News, type Port, type Sending } from './protocol.js';
import { isForwarded, isNews, isOrder } from './protocol-shape.js';
import { Server } from './server.js';

/**
 * Connects a page with whoever leads each of its paths: this worker itself, or another page's. It
 * keeps nothing of what passes: the page asks again where a leader is gone.
 */
export class Switch {
  readonly #page: Port;
  readonly #me: Life;
  readonly #name: string;
  readonly #binding: Binding;
  readonly #leader: Leader;
  readonly #elections = new Map<string, Election>();
  readonly #servers = new Map<string, Server>();
  /** Ways to leaders. */
  readonly #channels = new Map<string, BroadcastChannel>();
  /** The lock that tells of this worker's end is held. */
  readonly #alive: Promise<void>;

  constructor(page: Port, me: Life, binding: Binding) {
    this.#page = page;
    this.#me = me;
    this.#name = nameOf(me);
    this.#binding = {
      ...binding,
      // What somebody has open must be known before it can be replaced.
      openRestore: async (...args) => {
        await this.#election(args[0].path).settled();
        return binding.openRestore(...args);
      },
    };
    this.#leader = new Leader(this.#binding);
    this.#alive = new Promise((held) => {
      void navigator.locks.request(this.#name, () => new Promise(() => held()));
    });
    void this.#alive.then(() => page.postMessage(ALIVE));
    const inbox = new BroadcastChannel(this.#name);
    inbox.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isForwarded(data)) this.#leader.take(data);
      else if (isNews(data)) this.#tell(data);
    };
  }

  async take(order: unknown): Promise<void> {
    if (!isOrder(order)) return;
    if ('requests' in order) return this.#send(order);
    await this.#alive;
    this.#election(order.path).ask();
  }

  /** A worker that works is not silent: those who wait for it hear of it, whatever they wait for. */
  tellOfWork(): void {
    for (const election of this.#elections.values()) election.tellOfWork();
  }

  #send({ path, to, requests }: Sending): void {
    if (to === this.#name) this.#server(path).take(requests);
    else this.#channel(to).postMessage({ from: this.#me, path, requests } satisfies Forwarded);
  }

  #election(path: string): Election {
    const election = this.#elections.get(path) ?? new Election(path, this.#name, (news) => this.#tell(news));
    this.#elections.set(path, election);
    return election;
  }

  #server(path: string): Server {
    const post = (answers: readonly Answer[]): void => this.#tell({ path, answers });
    const server = this.#servers.get(path) ?? new Server(this.#binding, post);
    this.#servers.set(path, server);
    return server;
  }

  #channel(to: string): BroadcastChannel {
    const channel = this.#channels.get(to) ?? new BroadcastChannel(to);
    this.#channels.set(to, channel);
    return channel;
  }

  #tell(news: News): void {
    this.#page.postMessage(news, 'answers' in news ? buffersOf(news.answers) : []);
  }
}
