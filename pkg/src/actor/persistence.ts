import { checkOptions, hasMethods } from '../arguments.js';
import type { Journal, SnapshotStore } from '../types.js';

/** Something that a system has one of, made when it is first asked for. */
export interface ExtensionId<Extension> {
  readonly name: string;
  create(): Extension;
}

export interface PersistenceOptions {
  readonly journal: Journal;
  /** Without one, recovery replays all events. */
  readonly snapshotStore?: SnapshotStore;
}

/** Where the actors of a system keep their events and snapshots. */
export class Persistence {
  #options: PersistenceOptions | undefined;

  /**
   * Sets journal and snapshot store for the actors that are spawned from now on. They stay the
   * caller's to close.
   */
  configure(options: PersistenceOptions): void {
    checkOptions('configure', options, {
      journal: hasMethods('a journal', 'append', 'replay', 'highestSeq'),
      snapshotStore: hasMethods('a snapshot store', 'save', 'loadLatest'),
    });
    this.#options = options;
  }

  /** @throws when {@link Persistence.configure} was not called. */
  get options(): PersistenceOptions {
    if (this.#options) return this.#options;
    throw new Error(
      'no journal: call system.extension(PersistenceExtensionId).configure({ journal }) first',
    );
  }
}

/** Names the {@link Persistence} of a system. */
export const PersistenceExtensionId: ExtensionId<Persistence> = {
  name: 'persistence',
  create: () => new Persistence(),
};
