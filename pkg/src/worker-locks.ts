import type { Binding } from './binding.js';
import { JournalError } from './errors.js';

const DEFAULT_WAIT_MS = 1000;

/**
 * The binding, opening a database only under a Web Lock on its path, which is held until the last
 * handle on the path is closed or this worker ends. OPFS gives a file's access handles to one
 * worker alone; the lock tells that the file is in use before a second worker stumbles over it.
 */
export function lockedBinding(binding: Binding, locks: LockManager): Binding {
  const held = new PathLocks(locks);
  return {
    openJournal: (options) => held.during(options, () => binding.openJournal(options)),
    openSnapshots: (options) => held.during(options, () => binding.openSnapshots(options)),
    openDurableStates: (options) => held.during(options, () => binding.openDurableStates(options)),
    openRestore: (options) => held.during(options, () => binding.openRestore(options)),
  };
}

interface PathLock {
  holders: number;
  readonly granted: Promise<() => void>;
}

class PathLocks {
  readonly #locks: LockManager;
  readonly #held = new Map<string, PathLock>();

  constructor(locks: LockManager) {
    this.#locks = locks;
  }

  /** Opens a handle under the lock of its path; closing the handle gives the lock back. */
  async during<Handle extends { close(): Promise<void> }>(
    options: { readonly path: string; readonly busyTimeoutMs?: number },
    open: () => Promise<Handle>,
  ): Promise<Handle> {
    if (options.path === ':memory:') return open();
    const { path, busyTimeoutMs = DEFAULT_WAIT_MS } = options;
    const release = await this.#hold(path, busyTimeoutMs);
    try {
      return closing(await open(), release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #hold(path: string, waitMs: number): Promise<() => Promise<void>> {
    const lock = this.#held.get(path) ?? { holders: 0, granted: acquire(this.#locks, path, waitMs) };
    this.#held.set(path, lock);
    lock.holders++;
    const release = async (): Promise<void> => {
      if (--lock.holders > 0) return;
      this.#held.delete(path);
      (await lock.granted)();
    };
    try {
      await lock.granted;
    } catch (error) {
      lock.holders--;
      if (this.#held.get(path) === lock) this.#held.delete(path);
      throw error;
    }
    return release;
  }
}

/** Resolves with what gives the lock back. A wait of 0 takes the lock at once or not at all. */
function acquire(locks: LockManager, path: string, waitMs: number): Promise<() => void> {
  const options: LockOptions = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
  return new Promise((granted, refused) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock) return new Promise((release) => granted(release));
      refused(locked(path));
      return undefined;
    };
    locks.request(`actor-journal:${path}`, options, hold).catch((cause) => refused(locked(path, cause)));
  });
}

function locked(path: string, cause?: unknown): JournalError {
  const message = `another tab or worker has the database ${JSON.stringify(path)} open`;
  return new JournalError('locked', message, { cause });
}

/** The handle, with something to do once it is closed. */
function closing<Handle extends { close(): Promise<void> }>(
  handle: Handle,
  closed: () => Promise<void>,
): Handle {
  const close = (): Promise<void> => handle.close().finally(closed);
  return new Proxy(handle, {
    get(target, name) {
      if (name === 'close') return close;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
