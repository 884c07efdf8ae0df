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
  IdsQuery,
  Journal,
  JournalEntry,
  Manifest,
  PersistentEvent,
  ReplayOptions,
  Snapshot,
  SnapshotBounds,
  SnapshotStore,
  StorageStatus,
  TagFilter,
} from './types.js';
export type {
  Copies,
  ExportOptions,
  ImportOptions,
  LeftOut,
  Lines,
  WithSnapshots,
} from './types-copies.js';
export { copyJournal, type CopyOptions } from './journal-copies.js';
export { restore, type RestoreOptions, type RestoreSource } from './restore.js';
export type { ChangeOptions, DurableState, DurableStateStore } from './types-durable.js';
export type {
  Binding,
  BindingFilter,
  BindingProjection,
  BindingSkipped,
  DurableStatesHandle,
  DurableStatesOpenOptions,
  FileBackup,
  JournalHandle,
  JournalOpenOptions,
  NativeJournalHandle,
  RestoreHandle,
  RestoreOpenOptions,
  SnapshotsHandle,
  SnapshotsOpenOptions,
  StoredSnapshot,
  StoredState,
} from './binding.js';
export type { LongOptions, Progress } from './types-long.js';
export type { Problem, Verification, VerifySnapshotsOptions } from './types-verification.js';
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
  isLeaderUnresponsive,
  isLocked,
  isLost,
  JournalConcurrencyError,
  JournalError,
  JournalIntegrityError,
  ProjectionError,
  SnapshotIntegrityError,
  type JournalErrorCode,
  type JournalErrorDetails,
} from './errors.js';
export { SqliteProjection } from './projection/sqlite-projection.js';
export { AtLeastOnceProjection, type AtLeastOnce } from './projection/at-least-once-projection.js';
export { KeyValueProjection, type KeyValues, type KeyValueView } from './projection/key-value-projection.js';
export type {
  FailedEvent,
  Projection,
  ProjectionSettings,
  RebuildOptions,
  Recourse,
  SkippedEvent,
  SqlParam,
  SqlRow,
  SqlStatement,
  SqlValue,
} from './projection/types.js';
export type { EventAdapter, SnapshotAdapter, StateEntry } from './evolve.js';
export { migrations, stateMigrations, type Migrations, type StateMigrations } from './evolve-migrations.js';
export { becomes, retired, withDefaults, type NamedEvent, type Successors, type Upcaster } from './evolve-upcasters.js';
export { ActorSystem } from './actor/system.js';
export type { ActorOptions, ActorSystemOptions, FailurePolicy } from './actor/options.js';
export { ActorRef } from './actor/ref.js';
export { ActorError, type ActorErrorCode } from './actor/errors.js';
export { everyNEvents, type Retention, type SnapshotPolicy } from './actor/policy.js';
export type { Actor } from './actor/actor.js';
export { PersistentActor } from './actor/persistent-actor.js';
export { DurableStateActor } from './actor/durable-state-actor.js';
export type { Then } from './actor/effects.js';
export { appendRepeating } from './actor/append.js';
export { recover, type Recovered, type RecoveryProgress } from './actor/recovery.js';
export {
  Persistence,
  PersistenceExtensionId,
  type ExtensionId,
  type PersistenceOptions,
} from './actor/persistence.js';
