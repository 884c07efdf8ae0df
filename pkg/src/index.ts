/**
 * An event-sourcing journal for actors.
 *
 * @packageDocumentation
 */
export type {
  AppendOptions,
  EventListener,
  EventQuery,
  EventStream,
  Journal,
  JournalEntry,
  Manifest,
  PersistentEvent,
  ReplayOptions,
  Snapshot,
  SnapshotBounds,
  SnapshotStore,
  TagFilter,
} from './types.js';
export type { ChangeOptions, DurableState, DurableStateStore } from './types-durable.js';
export type {
  Binding,
  BindingFilter,
  DurableStatesHandle,
  DurableStatesOpenOptions,
  JournalHandle,
  JournalOpenOptions,
  SnapshotsHandle,
  SnapshotsOpenOptions,
  StoredSnapshot,
  StoredState,
} from './binding.js';
export { SqliteJournal, type SqliteJournalOptions } from './journal-sqlite.js';
export { SqliteSnapshotStore, type SqliteSnapshotStoreOptions } from './snapshots-sqlite.js';
export { SqliteDurableStateStore, type SqliteDurableStateStoreOptions } from './durable-sqlite.js';
export { InMemoryJournal, type InMemoryJournalOptions } from './journal-memory.js';
export { InMemorySnapshotStore, type InMemorySnapshotStoreOptions } from './snapshots-memory.js';
export { InMemoryDurableStateStore, type InMemoryDurableStateStoreOptions } from './durable-memory.js';
export type { OnUnreadable } from './snapshots.js';
export { cborCodec, jsonCodec, type Codec, type CodecChoice } from './codec.js';
export {
  memoryDriver,
  nativeDriver,
  opfsDriver,
  type Driver,
  type MemoryDriverOptions,
  type NativeDriverOptions,
  type OpfsDriverOptions,
} from './drivers.js';
export {
  hasCode,
  isBusy,
  isClosed,
  isConflict,
  isFull,
  isLocked,
  isLost,
  JournalConcurrencyError,
  JournalError,
  JournalIntegrityError,
  SnapshotIntegrityError,
  type JournalErrorCode,
  type JournalErrorDetails,
} from './errors.js';
export { ActorSystem } from './actor/system.js';
export { ActorRef } from './actor/ref.js';
export { ActorError, type ActorErrorCode } from './actor/errors.js';
export { everyNEvents, type SnapshotPolicy } from './actor/policy.js';
export { recover, type Recovered } from './actor/recovery.js';
export { PersistentActor, type Then } from './actor/persistent-actor.js';
export {
  Persistence,
  PersistenceExtensionId,
  type ExtensionId,
  type PersistenceOptions,
} from './actor/persistence.js';
