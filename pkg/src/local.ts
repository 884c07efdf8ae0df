import type { Binding } from './binding.js';
import { JournalError } from './errors.js';

/** What wasm-bindgen makes of `pkg/wasm`. */
export type WasmModule = typeof import('./wasm/actor_journal.js');

/** What the core can be made of: the wasm file's address, its bytes, or what was compiled of them. */
export type WasmSource = URL | Uint8Array | WebAssembly.Module;

/** The event on the global scope by which the core tells of work that keeps its thread from answering. */
export const WORK = 'actor-journal-work';

/** The address of the wasm file: where the user says, or beside this one. */
export function wasmFile(url: string | URL | undefined): URL {
  return url === undefined ? new URL('./wasm/actor_journal_bg.wasm', import.meta.url) : new URL(url);
}

/**
 * The core as wasm in this thread.
 *
 * @param load gives the module that belongs to the wasm file.
 * @throws `storage-unavailable` when either does not load.
 */
export async function loadWasm(
  load: () => Promise<WasmModule>,
  source: WasmSource,
): Promise<Binding> {
  try {
    const wasm = await load();
    await wasm.default({ module_or_path: source });
    return wasm;
  } catch (cause) {
    const from = source instanceof URL ? ` from ${source.href}` : '';
    const message = `the wasm core could not be loaded${from}`;
    throw new JournalError('storage-unavailable', message, { cause });
  }
}
