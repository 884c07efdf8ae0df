/**
 * What passes between a page and its worker. The messages are derived from the interfaces that
 * the worker serves: a method added there is a message here.
 */
import type {
  Binding,
  BindingError,
  DurableStatesHandle,
  JournalHandle,
  RestoreHandle,
  SnapshotsHandle,
} from './binding.js';

/** What can be called through a port. */
export type Served = Binding | JournalHandle | SnapshotsHandle | DurableStatesHandle | RestoreHandle;

/** The methods of `T`, each with its arguments. */
type CallOf<T extends Served> = {
  [M in keyof T]: T[M] extends (...args: infer Args) => Promise<unknown>
    ? { readonly method: M; readonly args: Args }
    : never;
}[keyof T];

export type Call =
  | CallOf<Binding>
  | CallOf<JournalHandle>
  | CallOf<SnapshotsHandle>
  | CallOf<DurableStatesHandle>
  | CallOf<RestoreHandle>;

/** The binding itself; handles are numbered from 1. */
export const BINDING = 0;

/** The worker's first message: it is loaded. The others are lists of answers. */
export const READY = 'ready';

/** The first message to the worker: what it needs before it serves. The others are lists of requests. */
export interface Setup {
  /** Where the wasm file is; by default beside the worker. */
  readonly wasmUrl: string | undefined;
  /** The wasm file, where the page could compile it. */
  readonly wasm: WebAssembly.Module | undefined;
}

/** A call on the binding or on one of the handles it has opened. */
export type Request = { readonly call: number; readonly target: number } & Call;

/** The answer to a call; where a handle was opened, the value is its number. */
export type Answer = { readonly call: number } & (
  | { readonly value: unknown }
  | { readonly error: BindingError }
);

/** The half of `MessagePort`, `Worker` and a worker's global scope that is needed here. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(
    type: 'message',
    listener: (event: MessageEvent) => void,
    options?: AddEventListenerOptions,
  ): void;
}
