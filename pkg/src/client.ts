import type { Binding, DurableStatesHandle, JournalHandle, RestoreHandle, SnapshotsHandle } from './binding.js';
import { fromWire } from './errors-wire.js';
import { HandleGone, JournalError } from './errors.js';
import { Outbox } from './protocol-outbox.js';
import { BINDING, READY, type Answer, type Call, type Port, type Request, type Setup } from './protocol.js';

/** A worker that was started, and what ends it. */
export interface Peer extends Port {
  terminate(): void;
}

/** Starts a worker. That it could not be loaded, or has died, is told to `died`. */
export type StartPeer = (died: (error: JournalError) => void) => Peer;

/** Methods whose outcome is unknown when their answer does not come. */
const WRITES: ReadonlySet<Call['method']> = new Set<
  keyof JournalHandle | keyof SnapshotsHandle | keyof DurableStatesHandle | keyof RestoreHandle
>([
  'append',
  'change',
  'delete',
  'finish',
  'importPage',
  'raiseCompactionMark',
  'save',
  'saveAndCompact',
]);

/**
 * The binding that a worker serves. The worker is started by the first open, shared by all
 * handles, and ended with the last of them; one that died is replaced by the next open.
 */
export class WorkerBinding implements Binding {
  readonly #start: StartPeer;
  readonly #prepare: () => Promise<Setup>;
  #link: Link | undefined;

  /** @param prepare makes ready what a worker needs, while it starts. */
  constructor(start: StartPeer, prepare: () => Promise<Setup>) {
    this.#start = start;
    this.#prepare = prepare;
  }

  openJournal(...args: Parameters<Binding['openJournal']>): Promise<JournalHandle> {
    return this.#open<JournalHandle>({ method: 'openJournal', args });
  }

  openSnapshots(...args: Parameters<Binding['openSnapshots']>): Promise<SnapshotsHandle> {
    return this.#open<SnapshotsHandle>({ method: 'openSnapshots', args });
  }

  openDurableStates(...args: Parameters<Binding['openDurableStates']>): Promise<DurableStatesHandle> {
    return this.#open<DurableStatesHandle>({ method: 'openDurableStates', args });
  }

  openRestore(...args: Parameters<Binding['openRestore']>): Promise<RestoreHandle> {
    return this.#open<RestoreHandle>({ method: 'openRestore', args });
  }

  async #open<Handle extends object>(call: Call): Promise<Handle> {
    if (!this.#link?.alive) this.#link = new Link(this.#start, this.#prepare);
    const link = this.#link;
    link.users++;
    try {
      await link.prepared;
      const target = (await link.call(BINDING, call)) as number;
      return remote<Handle>(link, target);
    } catch (error) {
      link.leave();
      throw error;
    }
  }
}

/** A handle whose methods are calls through the link. */
function remote<Handle extends object>(link: Link, target: number): Handle {
  return new Proxy({} as Handle, {
    get(_, method) {
      // A promise asks each value that it is resolved with for `then`.
      if (method === 'then') return undefined;
      if (method === 'close') return () => link.close(target);
      return (...args: unknown[]) => link.call(target, { method, args } as unknown as Call);
    },
  });
}

interface Pending {
  readonly method: Call['method'];
  resolve(value: unknown): void;
  reject(why: unknown): void;
}

/** The calls to one worker from its start to its end. */
class Link {
  /** How many handles are open or being opened. */
  users = 0;
  /** Calls may be made. */
  readonly prepared: Promise<void>;
  readonly #peer: Peer;
  readonly #requests: Outbox<Request>;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #died: JournalError | undefined;

  constructor(start: StartPeer, prepare: () => Promise<Setup>) {
    this.#peer = start((error) => this.#end(error));
    this.#peer.addEventListener('message', ({ data }: MessageEvent<readonly Answer[] | typeof READY>) => {
      if (data !== READY) for (const answer of data) this.#settle(answer);
    });
    this.#requests = new Outbox<Request>(this.#peer, () => [], ({ call }, why) => this.#take(call)?.reject(why));
    this.prepared = prepare().then((setup) => this.#peer.postMessage(setup));
  }

  get alive(): boolean {
    return this.#died === undefined;
  }

  call(target: number, { method, args }: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#died) return reject(gone(this.#died, method));
      const call = ++this.#calls;
      this.#pending.set(call, { method, resolve, reject });
      this.#requests.send({ call, target, method, args } as Request);
    });
  }

  /** Closes a handle; one whose worker is gone is closed. */
  async close(target: number): Promise<void> {
    try {
      if (this.alive) await this.call(target, { method: 'close', args: [] });
    } catch (error) {
      if (this.alive) throw error;
    } finally {
      this.leave();
    }
  }

  leave(): void {
    if (--this.users === 0 && this.alive) this.#end(new JournalError('closed', 'the worker has ended'));
  }

  #settle(answer: Answer): void {
    const pending = this.#take(answer.call);
    if ('error' in answer) pending?.reject(fromWire(answer.error));
    else pending?.resolve(answer.value);
  }

  #take(call: number): Pending | undefined {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    return pending;
  }

  #end(why: JournalError): void {
    this.#died ??= why;
    this.#peer.terminate();
    for (const { method, reject } of this.#pending.values()) reject(lost(why, method));
    this.#pending.clear();
  }
}

/** The error of a call that was under way when the worker died. */
function lost(why: JournalError, method: Call['method']): JournalError {
  if (!WRITES.has(method)) return gone(why, method);
  const message = `${why.message}; whether ${method} was carried out is not known`;
  return new JournalError('lost', message, { cause: new HandleGone(why.message, { cause: why }) });
}

function gone(why: JournalError, method: Call['method']): JournalError {
  const cause = new HandleGone(why.message, { cause: why });
  return new JournalError(why.code, `${method}: ${why.message}`, { cause });
}
