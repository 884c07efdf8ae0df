/** The worker that a page starts: it leads the page's databases, or knows who does. */
import type { Binding } from './binding.js';
import { loadWasm, wasmFile, WORK } from './local.js';
import { once } from './once.js';
import { READY, type Port, type Setup } from './protocol.js';
import { isSetup } from './protocol-shape.js';
// Not `import()`: bundlers make one file of a worker.
import * as glue from './wasm/actor_journal.js';
import { Switch } from './worker-switch.js';

const port = globalThis as unknown as Port;

let line: Switch | undefined;

function started({ me, wasmUrl, wasm }: Setup): Switch {
  const core = once(() => loadWasm(async () => glue, wasm ?? wasmFile(wasmUrl)));
  // Whoever opens something is told of a failure, or tries again. Who succeeds a leader has it at hand.
  core().catch(() => undefined);
  const binding: Binding = {
    openJournal: async (options) => (await core()).openJournal(options),
    openSnapshots: async (options) => (await core()).openSnapshots(options),
    openDurableStates: async (options) => (await core()).openDurableStates(options),
    openRestore: async (options) => (await core()).openRestore(options),
  };
  return new Switch(port, me, binding);
}

port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (line) void line.take(data);
  else if (isSetup(data)) line = started(data);
});
globalThis.addEventListener(WORK, () => line?.tellOfWork());
port.postMessage(READY);
