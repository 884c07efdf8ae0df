import { realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import type { Binding } from './binding.js';
import { JournalError } from './errors.js';
import { loadWasm, wasmFile } from './local.js';
import type { StorageStatus } from './types.js';

/** Whether files are reached through the operating system. */
export const onServer = true;

/** One name for a database, however its path is written: the core's, which follows links too. */
export function databaseName(path: string): string {
  const full = resolve(path);
  return real(full) ?? join(real(dirname(full)) ?? dirname(full), basename(full));
}

/** `undefined` where nothing is there yet. */
function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

const require = createRequire(import.meta.url);

export async function loadLocalWasm(url: URL | undefined): Promise<Binding> {
  const file = wasmFile(url);
  const source = file.protocol === 'file:' ? await contents(file) : file;
  return loadWasm(() => import('./wasm/actor_journal.js'), source);
}

async function contents(url: URL): Promise<Uint8Array> {
  try {
    return await readFile(url);
  } catch (cause) {
    const message = `the wasm core could not be loaded from ${url.href}`;
    throw new JournalError('storage-unavailable', message, { cause });
  }
}

export async function loadAddon(path: string | undefined): Promise<Binding> {
  const files = path === undefined ? names().map((name) => `./native/${name}`) : [resolve(path)];
  const causes: unknown[] = [];
  for (const file of files) {
    try {
      return require(file) as Binding;
    } catch (error) {
      causes.push(error);
    }
  }
  const message =
    `no native add-on could be loaded (tried ${files.join(', ')}). To build one for this ` +
    'platform, run `cargo xtask build` in a checkout of the actor-journal repository; name its ' +
    'file with nativeDriver({ path }).';
  const cause = new AggregateError(causes, causes.map(String).join('; '));
  throw new JournalError('storage-unavailable', message, { cause });
}

/** The add-ons that may fit: on Linux the C library decides which of them loads. */
function names(): string[] {
  const { platform, arch } = process;
  const libraries = platform === 'linux' ? ['', '-musl'] : [''];
  return libraries.map((library) => `actor-journal.${platform}-${arch}${library}.node`);
}

export async function storageAt(path: string): Promise<StorageStatus> {
  const sizes = await Promise.all([path, `${path}-wal`].map(sizeOf));
  return { place: 'persistent', usedBytes: sizes.reduce((sum, size) => sum + size) };
}

/** Of a file that is not there, 0. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** Nobody deletes files of his own accord. */
export const requestPersistence = async (): Promise<boolean> => true;

/** Runs a task behind those that wait. */
export const soon = (task: () => void): void => void setImmediate(task);
