/** The worker that owns the databases of a page. */
import type { Binding } from './binding.js';
import { loadWasm } from './local.js';
import { lockedBinding } from './worker-locks.js';
import { once } from './once.js';
import { READY, type Port, type Setup } from './protocol.js';
import { serve } from './server.js';
// Not `import()`: bundlers make one file of a worker.
import * as wasm from './wasm/actor_journal.js';

const port = globalThis as unknown as Port;

function start({ wasmUrl }: Setup): void {
  const core = once(() => {
    const source = wasmUrl ?? new URL('./wasm/actor_journal_bg.wasm', import.meta.url);
    return loadWasm(async () => wasm, new URL(source));
  });
  const binding: Binding = {
    openJournal: async (options) => (await core()).openJournal(options),
    openSnapshots: async (options) => (await core()).openSnapshots(options),
  };
  serve(port, lockedBinding(binding, navigator.locks));
  port.postMessage(READY);
}

port.addEventListener('message', ({ data }: MessageEvent<Setup>) => start(data), { once: true });
