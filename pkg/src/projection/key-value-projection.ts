import { check, invalid, isFilled, isFunction, isText } from '../arguments.js';
import { isCodec, Payloads, type CodecChoice } from '../codec.js';
import type { Journal, PersistentEvent } from '../types.js';
import type { Turn } from './applying.js';
import { JournalProjection } from './over-journal.js';
import { checkSettings } from './settings.js';
import type { ProjectionSettings, SqlRow, SqlStatement } from './types.js';

/** The values of a projection, as its handler sees them: with what it has changed. */
export interface KeyValueView<Value> {
  get(key: string): Promise<Value | undefined>;
  /** @throws `unencodable` for a value that the codec would change. */
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** Values by keys that are made of events, for {@link KeyValueProjection}. */
export interface KeyValues<Event = unknown, Value = unknown> extends ProjectionSettings<Event> {
  /** Its table, with the columns `key` and `value`; called as {@link Projection.tables}. */
  readonly table: string;
  /** How values are written. Default `'json'`. */
  readonly codec?: CodecChoice;
  /**
   * Changes the view for one event; the view is its until this resolves. It may be called more than once for
   * an event: the last time counts.
   */
  apply(view: KeyValueView<Value>, event: PersistentEvent<Event>): void | Promise<void>;
}

/** Entries that are asked for at once. */
const PAGE = 256;

type Stored = Uint8Array | undefined;

/** Reads and writes the column of values. */
class Values {
  readonly #payloads: Payloads;

  constructor(codec: CodecChoice | undefined) {
    this.#payloads = new Payloads(codec);
  }

  read<Value>(key: string, stored: Stored): Value | undefined {
    return stored && (this.#payloads.decode(stored, key, 0, 'revision') as Value);
  }

  write(value: unknown): Uint8Array {
    return this.#payloads.encode(value, 'set: value');
  }
}

/**
 * A {@link SqliteProjection} for a view that is values by keys, in one table. Like there, events that were
 * compacted before it has come to them are not counted, and a {@link rebuild} behind a compaction is refused,
 * unless that is accepted.
 *
 * @example
 * ```ts
 * const balances = new KeyValueProjection<{ deposited: number }, number>(journal, {
 *   name: 'balances',
 *   table: 'balances',
 *   async apply(view, { persistenceId, event }) {
 *     view.set(persistenceId, ((await view.get(persistenceId)) ?? 0) + event.deposited);
 *   },
 * });
 * await balances.catchUp();
 * await balances.get('account-1'); // 5
 * ```
 */
export class KeyValueProjection<Event = unknown, Value = unknown> extends JournalProjection {
  readonly #table: string;
  readonly #values: Values;

  /** As {@link SqliteProjection}. */
  constructor(journal: Journal, settings: KeyValues<Event, Value>) {
    const what = 'KeyValueProjection';
    checkSettings(what, settings, { table: isFilled, codec: isCodec, apply: isFunction });
    check(`${what}: apply`, settings.apply, isFunction);
    const { table } = settings;
    const values = new Values(settings.codec);
    super(journal, settings, {
      what,
      tables: [table],
      create: `CREATE TABLE {${table}} (key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) WITHOUT ROWID`,
      begin: (builds, build) => {
        const find = async (key: string) => stored((await builds.query(selectOne(table), [key], build)).rows[0]);
        return turn(settings, values, find);
      },
    });
    this.#table = table;
    this.#values = values;
  }

  /** The value of a key in the tables that stand, if there is one. */
  async get(key: string): Promise<Value | undefined> {
    check('get: key', key, isText);
    return this.#values.read(key, stored((await this.rows(selectOne(this.#table), [key])).rows[0]));
  }

  /**
   * The keys that begin with a prefix, in the order of their bytes in UTF-8, with their values. They are read
   * in pages, each of one moment.
   */
  async *entries(prefix = ''): AsyncGenerator<[key: string, value: Value], void, undefined> {
    check('entries: prefix', prefix, isText);
    let [from, is] = [prefix, '>='];
    for (;;) {
      const sql = `SELECT key, value FROM {${this.#table}} WHERE key ${is} ?1 ORDER BY key LIMIT ${PAGE}`;
      const { rows, isCut } = await this.rows(sql, [from]);
      for (const row of rows) {
        [from, is] = [row['key'] as string, '>'];
        if (!from.startsWith(prefix)) return;
        yield [from, this.#values.read<Value>(from, stored(row))!];
      }
      if (rows.length < PAGE && !isCut) return;
    }
  }
}

const selectOne = (table: string): string => `SELECT value FROM {${table}} WHERE key = ?1`;

const stored = (row: SqlRow | undefined): Stored => row?.['value'] as Stored;

/** What the events of one transaction change: each sees what those before it have. */
function turn<Event, Value>(
  settings: KeyValues<Event, Value>,
  values: Values,
  find: (key: string) => Promise<Stored>,
): Turn {
  const changed = new Map<string, Stored>();
  return async (event) => {
    const statements = new Map<string, SqlStatement>();
    let isOver = false;
    const change = (key: string, value: Stored): void => {
      check('view: key', key, isText);
      if (isOver) throw invalid('the view was the event’s until apply() had resolved');
      changed.set(key, value);
      statements.set(key, statement(settings.table, key, value));
    };
    const view: KeyValueView<Value> = {
      async get(key) {
        check('view: key', key, isText);
        return values.read<Value>(key, changed.has(key) ? changed.get(key) : await find(key));
      },
      set: (key, value) => change(key, values.write(value)),
      delete: (key) => change(key, undefined),
    };
    await settings.apply(view, event as PersistentEvent<Event>);
    isOver = true;
    return [...statements.values()];
  };
}

function statement(table: string, key: string, value: Stored): SqlStatement {
  if (!value) return { sql: `DELETE FROM {${table}} WHERE key = ?1`, params: [key] };
  return { sql: `INSERT OR REPLACE INTO {${table}} VALUES (?1, ?2)`, params: [key, value] };
}
