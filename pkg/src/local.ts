import type { Binding } from './binding.js';
import { JournalError } from './errors.js';

/** What wasm-bindgen makes of `pkg/wasm`. */
export type WasmModule = typeof import('./wasm/actor_journal.js');

/**
 * The core as wasm in this thread.
 *
 * @param load gives the module that belongs to the wasm file.
 * @param source the wasm file's address, or its bytes.
 * @throws `storage-unavailable` when either does not load.
 */
export async function loadWasm(
  load: () => Promise<WasmModule>,
  source: URL | Uint8Array,
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
