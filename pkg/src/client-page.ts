import type { Binding } from './binding.js';
import { WorkerBinding } from './client.js';
import type { Peer, Workers } from './client-link.js';
import { assertOpfs } from './client-opfs.js';
import { JournalError } from './errors.js';
import { wasmFile } from './local.js';
import { READY } from './protocol.js';

/** How long a worker may take to load. */
const START_TIMEOUT_MS = 30_000;

const bindings = new Map<string, Binding>();

/** The binding of the worker at this address, one for the whole page. */
export function workerBinding(workerUrl: URL | undefined, wasmUrl: URL | undefined, leaderTimeoutMs: number): Binding {
  const key = JSON.stringify([workerUrl, wasmUrl, leaderTimeoutMs]);
  const binding =
    bindings.get(key) ??
    new WorkerBinding({ start: starting(workerUrl), prepare: preparing(wasmUrl), leaderTimeoutMs });
  bindings.set(key, binding);
  return binding;
}

/** What was compiled once is at hand for the next worker. */
function preparing(wasmUrl: URL | undefined): Workers['prepare'] {
  let module: WebAssembly.Module | undefined;
  return async () => {
    const [wasm] = await Promise.all([module ?? compiled(wasmFile(wasmUrl)), assertOpfs()]);
    return { wasmUrl: wasmUrl?.href, wasm: (module = wasm) };
  };
}

/** Nothing where it cannot be compiled here: the worker tries, and tells what is wrong. */
async function compiled(url: URL): Promise<WebAssembly.Module | undefined> {
  try {
    return await WebAssembly.compileStreaming(fetch(url));
  } catch {
    return undefined;
  }
}

function starting(url: URL | undefined): Workers['start'] {
  return (died) => {
    const worker = newWorker(url);
    const fail = (what: string) => died(unavailable(`the worker ${address(url)} ${what}`));
    let ready = false;
    const timer = setTimeout(() => fail('did not start'), START_TIMEOUT_MS);
    worker.addEventListener('message', ({ data }) => {
      ready ||= data === READY;
      clearTimeout(timer);
    });
    worker.addEventListener('error', (event) => {
      clearTimeout(timer);
      const why = event.message ? `: ${event.message}` : '';
      fail(ready ? `failed${why}` : `could not be loaded${why}`);
    });
    return worker;
  };
}

/** The expression that bundlers know a worker by. */
function newWorker(url: URL | undefined): Peer & Worker {
  try {
    if (url) return new Worker(url, { type: 'module', name: 'actor-journal' });
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  } catch (cause) {
    throw unavailable(`the worker ${address(url)} could not be started`, cause);
  }
}

/** For messages alone: a second `new URL('./worker.js')` would make bundlers ship it twice. */
function address(url: URL | undefined): string {
  return url?.href ?? import.meta.url.replace(/[^/]*$/, 'worker.js');
}

function unavailable(message: string, cause?: unknown): JournalError {
  return new JournalError('storage-unavailable', message, { cause });
}
