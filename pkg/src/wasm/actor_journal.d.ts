/** What wasm-bindgen makes of `pkg/wasm`. */
import type { Binding } from '../binding.js';

export const openJournal: Binding['openJournal'];
export const openSnapshots: Binding['openSnapshots'];
export const openDurableStates: Binding['openDurableStates'];
export const openRestore: Binding['openRestore'];
export default function init(from: {
  module_or_path: string | URL | Uint8Array | WebAssembly.Module;
}): Promise<unknown>;
