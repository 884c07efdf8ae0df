/**
 * What passes between pages and the workers that own databases. Calls are derived from the
 * interfaces that a worker serves: a method added there is a call here. DESIGN.md ("Tabs") has the
 * table of messages.
 */
import type {
  Binding,
  BindingError,
  DurableStatesHandle,
  JournalHandle,
  RestoreHandle,
  SnapshotsHandle,
} from './binding.js';

/** What is opened for a page and can be called from there. */
export type Served = JournalHandle | SnapshotsHandle | DurableStatesHandle | RestoreHandle;

/** The methods of `T` that answer, each with its arguments. */
export type CallOf<T> = {
  [M in keyof T]-?: T[M] extends (...args: infer Args) => Promise<unknown>
    ? { readonly method: M; readonly args: Args }
    : never;
}[keyof T];

export type OpeningCall = CallOf<Binding>;
export type Call =
  | OpeningCall
  | CallOf<JournalHandle>
  | CallOf<SnapshotsHandle>
  | CallOf<DurableStatesHandle>
  | CallOf<RestoreHandle>;

/**
 * A call on the handle `target`. Both numbers are chosen by the page, and an opening call has its
 * handle's number for its own: so a page can send all of it again to another worker.
 */
export type Request = { readonly call: number; readonly target: number } & Call;

/** The answer to a call. That to an opening call has no value. */
export type Answer = { readonly call: number } & (
  | { readonly value: unknown }
  | { readonly error: BindingError }
);

/** A worker: which of those it is that its page has started one after the other. */
export interface Life {
  readonly page: string;
  readonly life: number;
}

/** The worker's first message: it is loaded. */
export const READY = 'ready';

/** Its second one: it holds the lock that tells its end. The others are {@link News}. */
export const ALIVE = 'alive';

/** The first message to the worker: what it needs before it serves. The others are {@link Order}s. */
export interface Setup {
  readonly me: Life;
  /** Where the wasm file is; by default beside the worker. */
  readonly wasmUrl: string | undefined;
  /** The wasm file, where the page could compile it. */
  readonly wasm: WebAssembly.Module | undefined;
}

/** From the page to its worker: who leads the path; or requests for that leader. */
export type Order = { readonly path: string } | Sending;

export interface Sending {
  readonly path: string;
  readonly to: string;
  readonly requests: readonly Request[];
}

/** From a worker to a page: who leads the path, or answers. */
export type News = { readonly path: string } & (
  | { readonly leader: string }
  | { readonly answers: readonly Answer[] }
);

/** From another page's worker to the leader. */
export interface Forwarded {
  readonly from: Life;
  readonly path: string;
  readonly requests: readonly Request[];
}

/** In a path's hall, where all workers hear all: who leads? What is not this are {@link News}. */
export const WHO = 'who';

/** Only workers of one version of the messages understand each other; the lock holds for all. */
const VERSION = 'actor-journal/1';

/** A worker's name: that of the channel on which it is reached, and of the lock that tells its end. */
export const nameOf = ({ page, life }: Life): string => `${VERSION} worker ${page} ${life}`;

/** The channel on which all workers that use a path hear each other. */
export const hallOf = (path: string): string => `${VERSION} path ${path}`;

/** The lock of whoever has the files of a path open. */
export const lockOf = (path: string): string => `actor-journal:${path}`;

/** The half of `Worker` and of a worker's global scope that is needed here. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(
    type: 'message',
    listener: (event: MessageEvent) => void,
    options?: AddEventListenerOptions,
  ): void;
}
