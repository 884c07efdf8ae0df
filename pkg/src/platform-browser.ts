import type { Binding } from './binding.js';
import { assertOpfs } from './client-opfs.js';
import { JournalError } from './errors.js';
import { loadWasm, wasmFile } from './local.js';
import type { StorageStatus } from './types.js';

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

/** @throws `storage-unavailable` */
export async function storageAt(): Promise<StorageStatus> {
  await assertOpfs();
  const [{ usage, quota }, isPersistent] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ]);
  return {
    place: isPersistent ? 'persistent' : 'evictable',
    ...(usage !== undefined && { usedBytes: usage }),
    ...(quota !== undefined && { quotaBytes: quota }),
  };
}

/** Workers cannot ask, and are told what was answered to a page. */
export async function requestPersistence(): Promise<boolean> {
  const { storage } = navigator as Partial<Navigator>;
  return (await (storage?.persist ?? storage?.persisted)?.call(storage)) ?? false;
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
