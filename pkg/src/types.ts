import type { Manifest, SnapshotBounds } from './binding.js';

export type { Manifest, SnapshotBounds };

/**
 * What a caller hands to {@link Journal.append}: one event, the tags it is found by, and what it
 * says it is.
 */
export interface JournalEntry<Event = unknown> extends Manifest {
  /** Any value the journal's codec keeps as it is; see {@link Codec}. */
  readonly event: Event;
  /** At most 64, each of 1 to 255 characters without commas or control characters. */
  readonly tags?: readonly string[];
}

/** An event as the journal holds it. Manifest and version are absent where it has none. */
export interface PersistentEvent<Event = unknown> extends Manifest {
  readonly persistenceId: string;
  /** Place in the stream: 1, 2, 3, … */
  readonly sequenceNr: number;
  /** Place in the whole journal, rising in commit order. Positions may have gaps. */
  readonly position: number;
  readonly event: Event;
  /** Milliseconds since 1970. Information only: nothing is ordered by it. */
  readonly timestamp: number;
  /** Absent where the event has no tags. */
  readonly tags?: readonly string[];
}

/** One tag, or tags of which an event must have all, at least one, none. */
export type TagFilter =
  | string
  | {
      readonly all?: readonly string[];
      readonly any?: readonly string[];
      readonly not?: readonly string[];
    };

export interface AppendOptions {
  /**
   * A UUID that names this append. Repeating an append whose answer was lost, with the same token
   * and entries, writes nothing twice and answers what the first one wrote. Made up when absent;
   * the error of a lost append carries it.
   */
  readonly token?: string;
}

/** How a query goes on behind what is there. */
export interface LiveOptions {
  /**
   * Go on with what is appended from now on, by whomever (another tab, another process), each event once
   * and in order, until the iteration is ended. Default: end with what is there. One that is read slowly
   * holds back nobody, and no more than two pages are in memory; `return()` of its iterator also ends
   * one that waits.
   */
  readonly live?: boolean;
  /** Ends the iteration with its `reason`. */
  readonly signal?: AbortSignal;
}

export interface ReplayOptions extends LiveOptions {
  /** First seq, inclusive. Default 1. */
  readonly fromSeq?: number;
  /** Last seq, inclusive. Default: the head when the replay begins; none where it is live. */
  readonly toSeq?: number;
  /** At most this many events. Default: all. */
  readonly limit?: number;
}

export interface EventQuery extends LiveOptions {
  /** Only events after this position: the last one already seen. Default 0, from the start. */
  readonly fromPosition?: number;
  /** At most this many events. Default: all there are when the query begins. */
  readonly limit?: number;
}

export interface IdsQuery extends Pick<LiveOptions, 'signal'> {
  /**
   * How many of the first ids are passed over: those that were read before. Default 0. Where there are fewer, it
   * waits until there are more: after a restore of an older copy, begin anew.
   */
  readonly skip?: number;
}

/** Called with an event after its commit. */
export type EventListener = (event: PersistentEvent) => void;

/** Events as they are written. */
export interface EventStream {
  /**
   * Calls `listener` with each event that is written from now on to the same path and table, by this
   * journal or by anybody else, in another tab or process: once, after its commit, in position order,
   * decoded from the stored bytes. When an append of this journal answers, its listeners have been told.
   * They share the object: treat it as read-only. An event that is deleted before it was read is not
   * told.
   *
   * What a listener throws goes to the global error report, and so does an event that cannot be
   * decoded; other listeners and the append do not notice. Where the database cannot be read, this is
   * tried again until it can. A subscription opens the database and keeps a process running, as a server
   * does, until it is ended.
   *
   * @returns a function that ends the subscription. Closing the journal ends it as well.
   * @throws `closed` after {@link Journal.close}.
   */
  subscribe(listener: EventListener): () => void;
}

/**
 * A journal of events: many streams, one for each persistence id, each numbered from 1.
 *
 * Ids have 1 to 255 characters, no `/`, no `\`, no control character, and are not `.` or `..`.
 * Seqs, positions and limits are safe integers. All methods reject with a {@link JournalError}:
 * `invalid-argument` for a wrong value, `closed` after {@link Journal.close}, and the codes of
 * the storage (`storage-unavailable`, `leader-unresponsive`, `busy`, `full`, `corrupt`, …).
 */
export interface Journal {
  /**
   * Appends a batch behind the head of the stream, all of it or nothing. When it resolves, the
   * events are committed and flushed as the journal's durability says.
   *
   * @param entries encoded before `append` returns: later changes to the objects are not seen.
   *   An empty batch answers `[]` and checks nothing.
   * @param expectedSeq the head this batch is based on: 0 for a new stream.
   * @returns what a replay would return, never the caller's own objects.
   * @throws {@link JournalConcurrencyError} (`conflict`) when the head is another; nothing is
   *   written. `unencodable` names the place in the value that the codec would change. `lost`
   *   and `leader-unresponsive` mean that it may or may not be stored: repeat it with the error's
   *   `token`.
   * @example
   * ```ts
   * await journal.append('account-1', [{ event: { deposited: 5 }, tags: ['money'] }], 0);
   * ```
   */
  append<Event>(
    id: string,
    entries: readonly JournalEntry<Event>[],
    expectedSeq: number,
    options?: AppendOptions,
  ): Promise<PersistentEvent<Event>[]>;

  /** {@link Journal.replay}, collected. Both bounds are inclusive. */
  read<Event = unknown>(
    id: string,
    fromSeq: number,
    toSeq?: number,
  ): Promise<PersistentEvent<Event>[]>;

  /**
   * Streams events in ascending, contiguous order, in pages of bounded size: memory does not grow
   * with the stream, and a slow reader never blocks an append.
   *
   * Each iteration begins anew. One that is going on when the journal closes still gives out the
   * page at hand; if that is not the last one, it then fails with `closed`.
   *
   * A range that begins at or below the compaction mark starts behind the mark. Whoever folds
   * events on from a snapshot must see that the first seq is the next one, as actors do.
   *
   * @throws {@link JournalIntegrityError} (`integrity`) where a seq is missing, or a prefix was
   *   compacted while it was being replayed; `undecodable` at an event whose payload cannot be
   *   decoded. The events before it were delivered.
   * @example
   * ```ts
   * for await (const { event } of journal.replay<Event>('account-1')) state = onEvent(state, event);
   * ```
   */
  replay<Event = unknown>(
    id: string,
    options?: ReplayOptions,
  ): AsyncIterable<PersistentEvent<Event>>;

  /** The highest seq ever given out in the stream, also after deletions; 0 for an unknown id. */
  highestSeq(id: string): Promise<number>;

  /**
   * Deletes the events up to `toSeq`, inclusive, with their tags; the head stays. Idempotent;
   * a `toSeq` above the head means the head.
   */
  delete(id: string, toSeq: number): Promise<void>;

  /**
   * Notes that the events up to `throughSeq` live elsewhere: the compaction mark, and with it the
   * head, is at least that from now on. It never goes down.
   */
  raiseCompactionMark(id: string, throughSeq: number): Promise<void>;

  /** All ids, ascending. Costs by their number: page through large journals instead. */
  persistenceIds(): Promise<string[]>;

  /** At most `limit` ids, ascending, after the id `after`. Costs by the page. */
  persistenceIdsPaginated(after: string | undefined, limit: number): Promise<string[]>;

  /**
   * The ids of all streams, each once, in the order in which the streams began, and then of those that
   * begin from now on; it does not end by itself. A stream that began with a compaction mark is noticed
   * with the next append, to whichever stream. Each iteration begins anew.
   *
   * @throws `read-only` for a file of an earlier version that is open for reading only.
   * @example
   * ```ts
   * for await (const id of journal.livePersistenceIds({ signal })) start(id);
   * ```
   */
  livePersistenceIds(options?: IdsQuery): AsyncIterable<string>;

  /**
   * Streams the events that match the filter, in position order, up to where the journal ended
   * when the reading began. Each iteration begins anew.
   *
   * @throws `invalid-argument` for a filter that asks nothing.
   * @example
   * ```ts
   * for await (const e of journal.eventsByTag({ all: ['order'], not: ['test'] })) show(e);
   * ```
   */
  eventsByTag<Event = unknown>(
    filter: TagFilter,
    options?: EventQuery,
  ): AsyncIterable<PersistentEvent<Event>>;

  /**
   * Streams all events in position order, up to where the journal ended when the reading began.
   * Each iteration begins anew.
   */
  allEvents<Event = unknown>(options?: EventQuery): AsyncIterable<PersistentEvent<Event>>;

  /**
   * The last position that was given out, also where its event was deleted; 0 where there is none. What was
   * appended by calls made before this one counts.
   */
  lastPosition(): Promise<number>;

  /** Events as they are written. */
  readonly events: EventStream;

  /**
   * Finishes the calls in flight and gives the database back. Idempotent; afterwards every other
   * call fails with `closed`.
   */
  close(): Promise<void>;
}

/** Where a journal's data is. */
export interface StorageStatus {
  /**
   * `'persistent'`: until somebody deletes it (a file; in a page, where the browser has promised it).
   * `'evictable'`: the browser may delete it, all that the origin has at once, when the disk runs full;
   * Safari also where nobody has visited for seven days. `'memory'`: until the journal is closed.
   */
  readonly place: 'persistent' | 'evictable' | 'memory';
  /** Of a file with its log; in a page of all that the origin stores, as the browser estimates it. */
  readonly usedBytes?: number;
  /** How much the origin may store, as the browser estimates it. Absent outside of a page. */
  readonly quotaBytes?: number;
}

/** The state of an actor as of one seq. Manifest and version are absent where it has none. */
export interface Snapshot<State = unknown> extends Manifest {
  readonly persistenceId: string;
  /** The last event the state includes. */
  readonly sequenceNr: number;
  readonly state: State;
  /** Milliseconds since 1970, when it was saved. */
  readonly timestamp: number;
}

/**
 * A store of snapshots. It keeps the newest of each id (3 unless told otherwise) and deletes older
 * ones as new ones are saved; a clean-up that fails never fails a save.
 */
export interface SnapshotStore {
  /** Saves the state as of `seq`, over an earlier one at the same seq. */
  save<State>(id: string, seq: number, state: State, options?: Manifest): Promise<void>;
  /**
   * Saves as {@link SnapshotStore.save} does, then deletes from `journal` the events up to the seq
   * of the oldest snapshot that is kept, so that each of those kept can still be recovered from.
   *
   * Where both are in SQLite, on one path and with one driver, both are done or neither; elsewhere
   * a failure in between leaves events that the next compaction deletes.
   *
   * @throws {@link SnapshotIntegrityError} (`snapshot-integrity`) for a seq above the stream's
   *   head, or where a snapshot above it is kept; nothing is done.
   */
  saveAndCompact<State>(
    id: string,
    seq: number,
    state: State,
    journal: Journal,
    options?: Manifest,
  ): Promise<void>;
  /** The snapshot with the highest seq, or `undefined`. */
  loadLatest<State = unknown>(id: string): Promise<Snapshot<State> | undefined>;
  /** The newest snapshot with a seq below `seq`, or `undefined`. */
  loadBefore<State = unknown>(id: string, seq: number): Promise<Snapshot<State> | undefined>;
  /** The newest snapshot within bounds on seq and time, all inclusive, or `undefined`. */
  load<State = unknown>(id: string, bounds: SnapshotBounds): Promise<Snapshot<State> | undefined>;
  /** Deletes the snapshots up to `toSeq`, inclusive. Idempotent. */
  delete(id: string, toSeq: number): Promise<void>;
  /** Finishes the calls in flight; idempotent. Afterwards every other call rejects with `closed`. */
  close(): Promise<void>;
}
