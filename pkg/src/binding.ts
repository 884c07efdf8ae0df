/**
 * What both binding crates (`pkg/wasm` and `pkg/native`) export, under the same names.
 *
 * Bindings convert and delegate, nothing else. A failed call throws or rejects with an `Error`
 * whose `message` is the JSON text of a {@link BindingError}; `errors-wire.ts` turns it into the
 * package's own classes. A driver written in JavaScript may throw a {@link JournalError} itself.
 */
export interface Binding {
  /** Opens a journal. Rejects when the database cannot be opened; it may be called again. */
  openJournal(options: JournalOpenOptions): Promise<JournalHandle>;
  /** Opens a snapshot store. Rejects when the database cannot be opened; it may be called again. */
  openSnapshots(options: SnapshotsOpenOptions): Promise<SnapshotsHandle>;
  /** Opens a durable state store. Rejects when the database cannot be opened; it may be called again. */
  openDurableStates(options: DurableStatesOpenOptions): Promise<DurableStatesHandle>;
  /**
   * Begins to put a copy in the place of a database that nobody has open, and keeps everybody from
   * opening it. The copy is the file `from`, on servers alone, or comes in pieces.
   */
  openRestore(options: RestoreOpenOptions, from?: string): Promise<RestoreHandle>;
}

/** SQLite at `path`. */
export interface JournalOpenOptions {
  path: string;
  eventsTable?: string;
  wal?: boolean;
  busyTimeoutMs?: number;
  checkpointPages?: number;
  synchronous?: 'full' | 'normal';
  readOnly?: boolean;
}

/** As {@link JournalOpenOptions}, for a snapshot store. */
export interface SnapshotsOpenOptions {
  path: string;
  snapshotsTable?: string;
  keepN?: number;
  busyTimeoutMs?: number;
  checkpointPages?: number;
  readOnly?: boolean;
}

/** As {@link JournalOpenOptions}, for a durable state store. */
export interface DurableStatesOpenOptions {
  path: string;
  statesTable?: string;
  busyTimeoutMs?: number;
  checkpointPages?: number;
  readOnly?: boolean;
}

/** The database whose place a copy takes. */
export interface RestoreOpenOptions {
  path: string;
  busyTimeoutMs?: number;
}

/** An open journal of one of the binding crates. Numbers are safe integers. */
export interface JournalHandle {
  /**
   * Makes packed appends, in this order, each of its own success (`journal-appends.ts`). Answers
   * the first event's seq, position and timestamp of each, and the errors, packed.
   */
  append(appends: Uint8Array): Promise<Uint8Array>;
  /**
   * One packed chunk of a stream: events from `fromSeq` to `toSeq`, at most `limit`, ascending.
   * The chunk says whether it is the last one, and through which seq the replay goes: the next
   * call asks from behind the chunk's last event up to there, with `continuing`, which makes a
   * prefix compacted in between an error.
   */
  replayPage(
    id: string,
    fromSeq: number,
    toSeq: number,
    limit: number,
    continuing: boolean,
  ): Promise<Uint8Array>;
  /**
   * One packed chunk of the journal in position order, of events after `afterPosition` up to
   * `untilPosition`. The chunk says at which position the query ends: the next call asks from
   * behind the chunk's last event up to there.
   */
  eventsPage(
    filter: BindingFilter,
    afterPosition: number,
    untilPosition: number,
    limit: number,
  ): Promise<Uint8Array>;
  /**
   * As {@link replayPage}, without a limit: where nothing of the range is there yet, it waits until there
   * is. Nothing is in a chunk behind the range, nor in that of a call that was ended by its `number`.
   */
  liveReplayPage(
    id: string,
    fromSeq: number,
    toSeq: number,
    continuing: boolean,
    number: number,
  ): Promise<Uint8Array>;
  /** As {@link eventsPage}, likewise. */
  liveEventsPage(filter: BindingFilter, afterPosition: number, number: number): Promise<Uint8Array>;
  /** Ends the call of that number which waits for events, if there is one. */
  endLive(number: number): Promise<void>;
  /** The last position of what was appended by calls made before this one, not by later ones. */
  lastPosition(): Promise<number>;
  highestSeq(id: string): Promise<number>;
  delete(id: string, toSeq: number): Promise<void>;
  raiseCompactionMark(id: string, throughSeq: number): Promise<void>;
  persistenceIds(after: string | undefined, limit: number): Promise<string[]>;
  /**
   * Ids behind the first `skip` in the order in which their streams began: where there are none yet, it
   * waits until there are. Nothing is in the answer of a call that was ended by its `number`.
   */
  livePersistenceIdsPage(skip: number, number: number): Promise<string[]>;
  /**
   * One part of a check, as JSON text (`verify.ts`): the first for an empty cursor, then those that
   * the answers name.
   */
  verifyPart(cursor: string): Promise<string>;
  /**
   * Begins to read an image of the whole database; answers its token and how many bytes it has. Who
   * closes the journal ends it; a token that the owner of the database does not know, because another
   * one has taken over, is `closed`.
   */
  backupBegin(): Promise<ArrayLike<number>>;
  /** The image's bytes from `offset` on, at most `length`. */
  backupRead(token: number, offset: number, length: number): Promise<Uint8Array>;
  backupEnd(token: number): Promise<void>;
  /**
   * Some lines of an export, or none yet; where it is behind them, nothing at its end; how far it has
   * come and has to come. `snapshotsTable` is in the same database.
   */
  exportPage(
    cursor: string | undefined,
    snapshotsTable: string | undefined,
    leaveOut: boolean,
  ): Promise<readonly [text: string, cursor: string | null | undefined, done: number, total: number]>;
  /**
   * Takes in whole lines of an export, the last ones of all with `isLast`; answers where the import
   * is behind them, and how many events it has taken in.
   */
  importPage(
    text: string,
    cursor: string | undefined,
    snapshotsTable: string | undefined,
    isLast: boolean,
  ): Promise<readonly [cursor: string, events: number]>;
  /**
   * The number and the position of the build of a projection's tables that stands, made by the statements
   * of `create` where there is none; with `anew`, of one that is made beside it.
   */
  beginProjection(projection: BindingProjection, create: string, anew: boolean): Promise<ArrayLike<number>>;
  /**
   * Applies packed changes (`projection/values.ts`) to a build at a position, in one transaction, behind
   * which it knows of everything up to `end`. Nothing is changed where it is not at that position. Answers
   * its number and where it is then, or nothing where it is gone.
   */
  applyChanges(
    projection: BindingProjection,
    build: number,
    position: number,
    end: number,
    changes: Uint8Array,
  ): Promise<ArrayLike<number>>;
  /** Passes over an event and records that; else as {@link applyChanges}. */
  skipEvent(
    projection: BindingProjection,
    build: number,
    position: number,
    event: BindingSkipped,
  ): Promise<ArrayLike<number>>;
  /** Refuses, as `integrity`, a journal of which events were compacted. */
  checkUncompacted(projection: BindingProjection): Promise<void>;
  /** Puts a build in the place of the one that stands; not where that has come further. */
  swapProjection(projection: BindingProjection, build: number): Promise<boolean>;
  /**
   * Packed rows, those that fit in an answer, of a build or of the one that stands; no bytes where the build
   * is gone.
   */
  queryProjection(
    projection: BindingProjection,
    build: number | undefined,
    sql: string,
    params: Uint8Array,
  ): Promise<Uint8Array>;
  /** At most `limit` events behind a position that were passed over, as JSON text. */
  skippedEvents(projection: BindingProjection, afterPosition: number, limit: number): Promise<string>;
  close(): Promise<void>;
}

/** What the handle of a journal has besides on a server, where it is the add-on's. */
export interface NativeJournalHandle extends JournalHandle {
  /** Begins to write a copy into a new file. */
  backupTo(path: string): FileBackup;
}

/** A copy that is written into a file. */
export interface FileBackup {
  /** How many bytes are written, and of how many; nothing when the copy is in its place. */
  next(): Promise<ArrayLike<number>>;
  /** Gives it up, unless it is in its place. */
  close(): void;
}

/** A restore under way. */
export interface RestoreHandle {
  /** Takes the piece of the copy at `offset`: the next one. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /**
   * Goes on to check the copy, and to put it in its place: how many bytes are done, and of how many;
   * nothing when it is there. Of pieces `length` bytes must have come: `lost` where they have not,
   * because another owner of the database took them.
   */
  finish(length: number): Promise<ArrayLike<number>>;
  /** Gives it up, unless it is finished. */
  close(): Promise<void>;
}

/** A projection by its name, and what its tables are called. */
export interface BindingProjection {
  name: string;
  tables: string[];
}

/** An event that a projection has passed over, why, and when. */
export interface BindingSkipped {
  persistenceId: string;
  sequenceNr: number;
  position: number;
  error: string;
  timestamp: number;
}

/** Tags of which an event must have all, at least one, none. Empty lists ask nothing. */
export interface BindingFilter {
  all: string[];
  any: string[];
  not: string[];
}

/** An open snapshot store of one of the binding crates. */
export interface SnapshotsHandle {
  /** `{}` is for no manifest. */
  save(id: string, seq: number, state: Uint8Array, manifest: Manifest): Promise<void>;
  /**
   * Saves, and removes the events that every snapshot which is then kept covers from the journal
   * in the same database whose tables have the stem `eventsTable`: both or neither.
   */
  saveAndCompact(
    id: string,
    seq: number,
    state: Uint8Array,
    manifest: Manifest,
    eventsTable: string,
  ): Promise<void>;
  /** The latest snapshot within the bounds, both inclusive, or `undefined`. */
  load(id: string, bounds: SnapshotBounds): Promise<StoredSnapshot | undefined>;
  delete(id: string, toSeq: number): Promise<void>;
  /** One part of a check, beside the journal in the same database whose tables have that stem. */
  verifyPart(cursor: string, eventsTable: string | undefined): Promise<string>;
  close(): Promise<void>;
}

/** What an event or a state says it is, so that a later program can read what this one stored. */
export interface Manifest {
  /** Its name, of 1 to 255 characters without control characters. */
  readonly manifest?: string;
  /** The version of its shape, from 1 to 2^31 - 1. Default 1, where there is a manifest. */
  readonly version?: number;
}

/** Inclusive bounds on a snapshot's seq and time (milliseconds). */
export interface SnapshotBounds {
  minSeq?: number;
  maxSeq?: number;
  minTimestamp?: number;
  maxTimestamp?: number;
}

/** A state as the codec wrote it, where there is one. */
export interface StoredState extends Manifest {
  /** Of a snapshot its seq, of a durable state its revision. */
  sequenceNr: number;
  timestamp: number;
  state?: Uint8Array | undefined;
}

/** A snapshot always has its state. */
export interface StoredSnapshot extends StoredState {
  state: Uint8Array;
}

/** An open durable state store of one of the binding crates. */
export interface DurableStatesHandle {
  /** What is held under an id, at revision 0 where nothing is. */
  load(id: string): Promise<StoredState>;
  /**
   * Puts a state, or none, in place of the one that has `revision`, and answers the new revision.
   * `{}` is for no manifest; the token's 16 bytes tell the repeat of a change from another one.
   */
  change(
    id: string,
    revision: number,
    state: Uint8Array | undefined,
    manifest: Manifest,
    token: Uint8Array,
  ): Promise<number>;
  /** One part of a check. */
  verifyPart(cursor: string): Promise<string>;
  close(): Promise<void>;
}

/** A failure as it crosses the boundary. Fields beside `code` and `message` come with their code. */
export interface BindingError {
  /** A stable code, the same as in Rust: see `errors.ts`. */
  code: string;
  message: string;
  /** The messages of what caused it, outermost first. */
  causes?: string[];
  persistenceId?: string;
  expectedSeq?: number;
  actualSeq?: number;
  sequenceNr?: number;
  /** Of `projection` alone. */
  position?: number;
}
