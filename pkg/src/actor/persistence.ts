import { check, checkOptions, hasMethods } from '../arguments.js';
import type { DurableStateStore } from '../types-durable.js';
import type { Journal, SnapshotStore } from '../types.js';
import { ActorError, type ActorErrorCode } from './errors.js';

/** Something that a system has one of, made when it is first asked for. */
export interface ExtensionId<Extension> {
  readonly name: string;
  create(): Extension;
}

/** Where actors are kept. */
export interface PersistenceOptions {
  /** For events: each {@link PersistentActor} needs it. */
  readonly journal?: Journal;
  /** For snapshots. Without one, recovery replays all events. */
  readonly snapshotStore?: SnapshotStore;
  /** For states: each {@link DurableStateActor} needs it. */
  readonly stateStore?: DurableStateStore;
}

const isJournal = hasMethods('a journal', 'append', 'read', 'replay', 'highestSeq', 'delete');
const isSnapshotStore = hasMethods('a snapshot store', 'save', 'saveAndCompact', 'load', 'loadLatest');
const isStateStore = hasMethods('a durable state store', 'load', 'save', 'delete');

/**
 * Where the actors of a system keep their events, snapshots and states. What is set counts for the
 * actors that are spawned from then on; journal and stores stay the caller's to close.
 */
export class Persistence {
  #options: PersistenceOptions = {};

  /** What is set. */
  get options(): PersistenceOptions {
    return this.#options;
  }

  /** Sets all of it: a journal or a state store, or both, and a snapshot store where there is one. */
  configure(options: PersistenceOptions): void {
    checkStores('configure', options);
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

  /** Sets the store of durable states alone. */
  setStateStore(stateStore: DurableStateStore): void {
    check('setStateStore: stateStore', stateStore, isStateStore);
    this.#options = { ...this.#options, stateStore };
  }
}

/** @throws `invalid-argument` for what is no store, and where there is neither a journal nor a state store. */
export function checkStores(call: string, options: PersistenceOptions): void {
  checkOptions(call, options, { journal: isJournal, snapshotStore: isSnapshotStore, stateStore: isStateStore });
  if (!options.stateStore) check(`${call}: journal`, options.journal, isJournal);
}

/** @throws {@link ActorError} with this code where it is not set. */
export function needed<Name extends keyof PersistenceOptions>(
  options: PersistenceOptions,
  name: Name,
  code: ActorErrorCode,
): NonNullable<PersistenceOptions[Name]> {
  const store = options[name];
  if (store) return store;
  const how = `call system.extension(PersistenceExtensionId).configure({ ${name} }) first`;
  throw new ActorError(code, `no ${name}: ${how}`);
}

/** Names the {@link Persistence} of a system. */
export const PersistenceExtensionId: ExtensionId<Persistence> = {
  name: 'persistence',
  create: () => new Persistence(),
};
