import type { Binding, DurableStatesHandle, JournalHandle, RestoreHandle, SnapshotsHandle } from './binding.js';
import type { Courier } from './client-courier.js';
import { Link, type Workers } from './client-link.js';
import type { Call, OpeningCall } from './protocol.js';

/**
 * The binding that a worker serves, this page's or another one's: whichever leads. It is started by
 * the first open and ended with the last handle.
 */
export class WorkerBinding implements Binding {
  readonly #link: Link;

  constructor(workers: Workers) {
    this.#link = new Link(workers);
  }

  openJournal(...args: Parameters<Binding['openJournal']>): Promise<JournalHandle> {
    return this.#open<JournalHandle>({ method: 'openJournal', args });
  }

  openSnapshots(...args: Parameters<Binding['openSnapshots']>): Promise<SnapshotsHandle> {
    return this.#open<SnapshotsHandle>({ method: 'openSnapshots', args });
  }

  openDurableStates(...args: Parameters<Binding['openDurableStates']>): Promise<DurableStatesHandle> {
    return this.#open<DurableStatesHandle>({ method: 'openDurableStates', args });
  }

  openRestore(...args: Parameters<Binding['openRestore']>): Promise<RestoreHandle> {
    return this.#open<RestoreHandle>({ method: 'openRestore', args });
  }

  async #open<Handle extends object>(call: OpeningCall): Promise<Handle> {
    const courier = this.#link.courier(call.args[0].path);
    return remote<Handle>(courier, await courier.open(call));
  }
}

/** A handle whose methods are calls that the courier makes. */
function remote<Handle extends object>(courier: Courier, target: number): Handle {
  return new Proxy({} as Handle, {
    get(_, method) {
      // A promise asks each value that it is resolved with for `then`.
      if (method === 'then') return undefined;
      if (method === 'close') return () => courier.close(target);
      return (...args: unknown[]) => courier.call(target, { method, args } as unknown as Call);
    },
  });
}
