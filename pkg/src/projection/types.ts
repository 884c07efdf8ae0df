import type { BindingSkipped } from '../binding.js';
import type { PersistentEvent, TagFilter } from '../types.js';

/**
 * What a parameter of a statement may be. Whole numbers up to 2^53 - 1 and bigints are SQLite's integers,
 * of 64 bits at most; other numbers are its reals, `true` is 1 and `false` is 0. `NaN` is refused.
 */
export type SqlParam = SqlValue | boolean;

/** What a column holds: an integer beyond 2^53 - 1 is a bigint. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** What a query answers for each row: its values by the names of the columns. */
export type SqlRow = Record<string, SqlValue>;

/** A statement of SQL, which names the projection's tables in braces: `{balances}`. */
export interface SqlStatement {
  readonly sql: string;
  /** From `?1` on. */
  readonly params?: readonly SqlParam[];
}

/** An event that could not be applied. One that the codec cannot read has no `event`. */
export type FailedEvent<Event = unknown> = Partial<PersistentEvent<Event>> &
  Pick<PersistentEvent, 'persistenceId' | 'sequenceNr' | 'position'>;

/**
 * How to go on where an event could not be applied: try again after so many milliseconds, pass over it and
 * record that (the last 1000 records are kept), or report it and stay in front of it.
 *
 * `retryAfterMs` is a finite number from 0 on, and may be a fraction. Beyond 2^31 - 1, which is 24 days and 20
 * hours, it waits for that long.
 */
export type Recourse = { readonly retryAfterMs: number } | 'skip' | 'stop';

/** How a projection is rebuilt. */
export interface RebuildOptions {
  /** Goes on where events were compacted, which count no more then. Default `false`, and that is an error. */
  readonly acceptCompacted?: boolean;
}

/** An event that a projection has passed over, why, and when, in milliseconds since 1970. */
export type SkippedEvent = Readonly<BindingSkipped>;

/** What every projection says of itself. */
export interface ProjectionSettings<Event = unknown> {
  /** Under which its position is kept: 1 to 255 characters. */
  readonly name: string;
  /** Which events it is of. Default: all. */
  readonly filter?: TagFilter;
  /**
   * What becomes of an event that could not be applied, which was tried `attempts` times. What the storage
   * reports is not asked about. Default: `'stop'`.
   */
  onFailure?(event: FailedEvent<Event>, error: Error, attempts: number): Recourse | Promise<Recourse>;
}

/** Tables that are made of events, for {@link SqliteProjection}. */
export interface Projection<Event = unknown> extends ProjectionSettings<Event> {
  /**
   * Its tables: letters of ASCII, digits and `_`, not beginning with a digit. They are called so in the
   * database, where anybody may read them. None may be there already; where these are others than those that
   * it was made with, it is to be rebuilt before anything else.
   */
  readonly tables: readonly string[];
  /**
   * Statements of SQL that make the tables, and indexes on them, before the first event, and again for each
   * rebuild beside those that stand: so an index has a table's name in its own, `{balances}_by_total`.
   */
  readonly create: string;
  /**
   * What one event changes. The statements may read all of the database, and write to the projection's
   * tables alone. It may be called more than once for an event: the last time counts. It must not wait for
   * the projection itself, such as for its `close`, which waits for it.
   */
  apply(event: PersistentEvent<Event>): readonly SqlStatement[] | Promise<readonly SqlStatement[]>;
}
