import type { Binding } from './binding.js';
import { JournalError } from './errors.js';
import { loadWasm, wasmFile } from './local.js';

/** Whether files are reached through the operating system. */
export const onServer = false;

/** One name for a database, however its path is written. */
export const databaseName = (path: string): string => path;

export function loadLocalWasm(url: URL | undefined): Promise<Binding> {
  return loadWasm(() => import('./wasm/actor_journal.js'), wasmFile(url));
}

export async function loadAddon(): Promise<Binding> {
  const message = 'the native add-on runs under Node, Bun and Deno; in a page use opfsDriver()';
  throw new JournalError('storage-unavailable', message);
}

/** Runs a task behind those that wait. Timers are slowed down when they follow one another. */
export function soon(task: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    task();
  };
  port2.postMessage(undefined);
}
