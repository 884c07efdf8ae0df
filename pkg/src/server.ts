import type { Binding } from './binding.js';
import { toWire } from './errors-wire.js';
import { JournalError } from './errors.js';
import { owned } from './protocol-buffers.js';
import { Outbox } from './protocol-outbox.js';
import type { Answer, Request, Served } from './protocol.js';
import { assertCall, methodsOf, type Methods } from './server-calls.js';

type Method = (...args: unknown[]) => Promise<unknown>;

interface Opened {
  readonly methods: Methods;
  readonly handle: Promise<Served>;
}

/** Serves a binding, and the handles that it opens, to one page for one path. */
export class Server {
  readonly #binding: Binding;
  readonly #answers: Outbox<Answer>;
  /** What is open or is being opened: its calls wait for it, in order, and for nothing else. */
  readonly #handles = new Map<number, Opened>();
  /** Calls that are not answered yet. */
  readonly #underWay = new Set<number>();

  constructor(binding: Binding, post: (answers: readonly Answer[]) => void) {
    this.#binding = binding;
    this.#answers = new Outbox(post, ({ call }, error) => this.#answers.send({ call, error: toWire(error) }));
  }

  take(requests: readonly Request[]): void {
    for (const request of requests) {
      // A page that took another one for the leader for a moment asks once more.
      if (this.#underWay.has(request.call)) continue;
      this.#underWay.add(request.call);
      void this.#answer(request).then((answer) => {
        this.#underWay.delete(request.call);
        this.#answers.send(answer);
      });
    }
  }

  /** Closes what is open, for a page that is gone. */
  close(): void {
    for (const { handle } of this.#handles.values()) handle.then((open) => open.close()).catch(() => undefined);
    this.#handles.clear();
  }

  async #answer(request: Request): Promise<Answer> {
    const { call, target, method } = request;
    try {
      if (call === target) return { call, value: await this.#open(request) };
      const value = owned(await this.#call(request));
      if (method === 'close') this.#handles.delete(target);
      return { call, value };
    } catch (error) {
      return { call, error: toWire(error) };
    }
  }

  /** A handle that is open already stays: it is asked for again by a page that has heard of an older leader. */
  async #open({ target, method, args }: Request): Promise<void> {
    const methods = methodsOf(method, args);
    const open = (): Promise<Served> => (Reflect.get(this.#binding, method) as Method)(...args) as Promise<Served>;
    const opening = this.#handles.get(target) ?? { methods, handle: open() };
    this.#handles.set(target, opening);
    try {
      await opening.handle;
    } catch (error) {
      this.#handles.delete(target);
      throw error;
    }
  }

  async #call({ target, method, args }: Request): Promise<unknown> {
    const opening = this.#handles.get(target);
    if (!opening && method === 'close') return undefined;
    if (!opening) throw new JournalError('closed', `${String(method)}: what it was called on is not open`);
    assertCall(opening.methods, method, args);
    const handle = await opening.handle;
    return (Reflect.get(handle, method) as Method).apply(handle, args);
  }
}
