/** The worker that owns the databases of a page. */
import type { Binding } from './binding.js';
import { loadWasm, wasmFile } from './local.js';
import { lockedBinding } from './worker-locks.js';
import { once } from './once.js';
import { READY, type Port, type Setup } from './protocol.js';
import { serve } from './server.js';
// Not `import()`: bundlers make one file of a worker.
import * as glue from './wasm/actor_journal.js';

const port = globalThis as unknown as Port;

function start({ wasmUrl, wasm }: Setup): void {
  const core = once(() => loadWasm(async () => glue, wasm ?? wasmFile(wasmUrl)));
  // Whoever opens something is told of a failure, or tries again.
  core().catch(() => undefined);
  const binding: Binding = {
    openJournal: async (options) => (await core()).openJournal(options),
    openSnapshots: async (options) => (await core()).openSnapshots(options),
    openDurableStates: async (options) => (await core()).openDurableStates(options),
    openRestore: async (options) => (await core()).openRestore(options),
  };
  serve(port, lockedBinding(binding, navigator.locks));
}

port.addEventListener('message', ({ data }: MessageEvent<Setup>) => start(data), { once: true });
port.postMessage(READY);
