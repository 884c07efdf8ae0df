import { check, invalid, isFunction, isText } from '../arguments.js';
import type { Journal, PersistentEvent } from '../types.js';
import { JournalProjection } from './over-journal.js';
import { checkSettings } from './settings.js';
import type { Projection, SqlParam, SqlRow } from './types.js';

/**
 * A projection over a journal: tables in the journal's own database, which change in one transaction with the
 * position, so that each event counts exactly once, whatever is killed when, and however many run it at the
 * same time. It opens on first use, and makes its tables where it is new.
 *
 * It begins with the first event that is there: events that were compacted before it has come to them are not
 * counted. With actors that compact their history (`retention`), what stands may be all that knows of them: so a
 * {@link rebuild} is refused, unless that is accepted.
 *
 * What its tables hold stays as it was made: where `create`, `filter` or `apply` are others, {@link rebuild} it.
 *
 * There is no `AUTOINCREMENT`, no trigger and no view. SQLite in wasm, in pages and in memory without the
 * add-on, is built small: it has no JSON functions, no mathematical ones, no full-text search and no generated
 * columns.
 *
 * @example
 * ```ts
 * const balances = new SqliteProjection<{ deposited: number }>(journal, {
 *   name: 'balances',
 *   tables: ['balances'],
 *   create: 'CREATE TABLE {balances} (id TEXT PRIMARY KEY, total REAL NOT NULL)',
 *   apply: ({ persistenceId, event }) => [
 *     {
 *       sql: `INSERT INTO {balances} VALUES (?1, ?2)
 *             ON CONFLICT DO UPDATE SET total = total + excluded.total`,
 *       params: [persistenceId, event.deposited],
 *     },
 *   ],
 * });
 * const running = balances.run();
 * await balances.query('SELECT total FROM {balances} WHERE id = ?1', ['account-1']); // [{ total: 5 }]
 * ```
 */
export class SqliteProjection<Event = unknown> extends JournalProjection {
  /**
   * @param journal a {@link SqliteJournal}, or an {@link InMemoryJournal}.
   * @throws `invalid-argument` for what is wrong, missing or does not exist.
   */
  constructor(journal: Journal, projection: Projection<Event>) {
    checkSettings('SqliteProjection', projection, { tables: () => undefined, create: isText, apply: isFunction });
    const { tables, create } = projection;
    check('SqliteProjection: create', create, isText);
    check('SqliteProjection: apply', projection.apply, isFunction);
    const turn = (event: PersistentEvent) => projection.apply(event as PersistentEvent<Event>);
    super(journal, projection, { what: 'SqliteProjection', tables, create, begin: () => turn });
  }

  /**
   * The rows that a statement answers, of one moment. It names the projection's tables in braces, may read
   * all of the database, and write nothing. Of columns with one name the last one counts.
   *
   * @throws `invalid-argument` for a statement that SQLite refuses, and for rows of more than 16 MiB: ask for
   *   fewer, with `LIMIT`.
   */
  async query(sql: string, params: readonly SqlParam[] = []): Promise<SqlRow[]> {
    check('query: sql', sql, isText);
    const { rows, isCut } = await this.rows(sql, params);
    if (isCut) throw invalid(`query: the rows have more than 16 MiB: ask for fewer than ${rows.length}, with LIMIT`);
    return rows;
  }
}
