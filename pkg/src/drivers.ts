import { checkOptions, invalid, isFilled, isPositive, must } from './arguments.js';
import type { Binding } from './binding.js';
import { once } from './once.js';
import { workerBinding } from './client-page.js';
import { loadAddon, loadLocalWasm, onServer } from '#platform';

/**
 * Where databases live. Made by {@link opfsDriver}, {@link nativeDriver} and {@link memoryDriver};
 * nothing is loaded before the first database is opened.
 */
export interface Driver {
  readonly name: string;
  /**
   * What opens the database at `path`. A failure is not remembered: the next call tries again.
   */
  binding(path: string): Promise<Binding>;
}

export interface OpfsDriverOptions {
  /** The package's `worker.js`, where it is not beside the package's own files. */
  readonly workerUrl?: string | URL;
  /** The package's `wasm/actor_journal_bg.wasm`, likewise. */
  readonly wasmUrl?: string | URL;
  /**
   * For how long nothing may be heard from the tab or worker that has the database open, while a call
   * waits for it, before the call fails with `leader-unresponsive`: in milliseconds, positive; up to
   * a tenth more may go by, and in a hidden tab as much as the browser slows down its timers. An append to a
   * journal that has subscribers may wait so long twice: for its answer, and for what others have written
   * before it, of which they hear first. Default 10,000.
   */
  readonly leaderTimeoutMs?: number;
}

export interface NativeDriverOptions {
  /**
   * The add-on's `.node` file, relative to the working directory. Default: the one in the package
   * for this platform.
   */
  readonly path?: string;
}

export interface MemoryDriverOptions {
  /** The package's `wasm/actor_journal_bg.wasm`. */
  readonly wasmUrl?: string | URL;
}

const LEADER_TIMEOUT_MS = 10_000;

const isAddress = must('a URL or a string', (v) => typeof v === 'string' || v instanceof URL);

/**
 * The browser's origin-private file system, through a worker that the page's journals share. Any
 * number of tabs, windows and workers of an origin may use a database at the same time: one of their
 * workers has it open, and the others send it their calls.
 *
 * Opening fails with `storage-unavailable` where the browser offers none (an old one, a private
 * window, a page without HTTPS) and where the worker or the wasm file does not load. When whoever has
 * the database open is gone, another one takes over and calls under way are made again; one that is
 * there and does not answer is `leader-unresponsive`. A database at `:memory:` is this page's alone.
 */
export function opfsDriver(options: OpfsDriverOptions = {}): Driver {
  checkOptions('opfsDriver', options, { workerUrl: isAddress, wasmUrl: isAddress, leaderTimeoutMs: isPositive });
  const { workerUrl, wasmUrl, leaderTimeoutMs = LEADER_TIMEOUT_MS } = options;
  const inMemory = once(() => loadLocalWasm(absolute(wasmUrl)));
  return {
    name: 'opfs',
    async binding(path) {
      if (path === ':memory:') return inMemory();
      return workerBinding(absolute(workerUrl), absolute(wasmUrl), leaderTimeoutMs);
    },
  };
}

/**
 * Files, through the Node-API add-on, under Node, Bun and Deno. Where no add-on fits the platform,
 * opening fails with `storage-unavailable` and says how to build one.
 */
export function nativeDriver(options: NativeDriverOptions = {}): Driver {
  checkOptions('nativeDriver', options, { path: isFilled });
  return { name: 'native', binding: once(() => loadAddon(options.path)) };
}

/** Memory of this thread, in wasm: path `:memory:` alone. */
export function memoryDriver(options: MemoryDriverOptions = {}): Driver {
  checkOptions('memoryDriver', options, { wasmUrl: isAddress });
  const load = once(() => loadLocalWasm(absolute(options.wasmUrl)));
  return {
    name: 'memory',
    async binding(path) {
      if (path === ':memory:') return load();
      throw invalid(`memoryDriver() keeps nothing at ${JSON.stringify(path)}: its path is ":memory:"`);
    },
  };
}

const opfs = opfsDriver();
const native = nativeDriver();
const memory = memoryDriver();

const chosen: Driver = {
  name: 'default',
  async binding(path) {
    if (!onServer) return (path === ':memory:' ? memory : opfs).binding(path);
    if (path !== ':memory:') return native.binding(path);
    return native.binding(path).catch(() => memory.binding(path));
  },
};

/**
 * The driver that platform and path call for: the add-on under Node, Bun and Deno, OPFS in a
 * browser. For `:memory:`, wasm where there is no add-on. Nothing else falls back to memory.
 */
export function defaultDriver(): Driver {
  return chosen;
}

function absolute(address: string | URL | undefined): URL | undefined {
  return address === undefined ? undefined : new URL(address, globalThis.location?.href);
}
