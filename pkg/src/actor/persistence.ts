import { check, checkOptions, hasMethods } from '../arguments.js';
import type { Journal, SnapshotStore } from '../types.js';
import { ActorError } from './errors.js';

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

const isJournal = hasMethods('a journal', 'append', 'read', 'replay', 'highestSeq', 'delete');
const isSnapshotStore = hasMethods('a snapshot store', 'save', 'saveAndCompact', 'load', 'loadLatest');

/**
 * Where the actors of a system keep their events and snapshots. What is set counts for the actors
 * that are spawned from then on; journal and snapshot store stay the caller's to close.
 */
export class Persistence {
  #options: Partial<PersistenceOptions> = {};

  /** Sets journal and snapshot store. */
  configure(options: PersistenceOptions): void {
    checkOptions('configure', options, { journal: isJournal, snapshotStore: isSnapshotStore });
    check('configure: journal', options.journal, isJournal);
    this.#options = { ...options };
  }

  /** Sets the journal alone. */
  setJournal(journal: Journal): void {
    check('setJournal: journal', journal, isJournal);
    this.#options = { ...this.#options, journal };
  }

  /** Sets the snapshot store alone. */
  setSnapshotStore(snapshotStore: SnapshotStore): void {
    check('setSnapshotStore: snapshotStore', snapshotStore, isSnapshotStore);
    this.#options = { ...this.#options, snapshotStore };
  }

  /** @throws {@link ActorError} `no-journal` when none was set. */
  get options(): PersistenceOptions {
    const options = this.#options;
    if (hasJournal(options)) return options;
    const how = 'call system.extension(PersistenceExtensionId).configure({ journal }) first';
    throw new ActorError('no-journal', `no journal: ${how}`);
  }
}

function hasJournal(options: Partial<PersistenceOptions>): options is PersistenceOptions {
  return options.journal !== undefined;
}

/** Names the {@link Persistence} of a system. */
export const PersistenceExtensionId: ExtensionId<Persistence> = {
  name: 'persistence',
  create: () => new Persistence(),
};
