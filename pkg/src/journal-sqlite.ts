import { checkOptions, hasMethods, isBoolean, isCount, isFilled, oneOf, type Checks } from './arguments.js';
import type { JournalOpenOptions } from './binding.js';
import { isCodec, type CodecChoice } from './codec.js';
import { defaultDriver, type Driver } from './drivers.js';
import { noteTables } from './drivers-tables.js';
import { storedAt } from './journal-storage.js';
import { HandleJournal } from './journal.js';

export interface SqliteJournalOptions {
  /**
   * The database: a file under Node, Bun and Deno (relative to the working directory), a name in
   * the origin-private file system in the browser. Made when it does not exist. Default
   * `':memory:'`, which goes away with the journal.
   */
  readonly path?: string;
  /**
   * Stem of the journal's tables, so that several share a file: letters, digits and `_`, not
   * beginning with a digit. Default `events`.
   */
  readonly eventsTable?: string;
  /**
   * Whether to write ahead to a log, which lets readers and the writer work at the same time and
   * makes commits cheaper. A file stays as it is unless told; a new one starts without. In OPFS it
   * is always on, and `false` is refused. A database in memory takes no notice of it.
   */
  readonly wal?: boolean;
  /**
   * How many milliseconds a call waits for another owner of the database. Default 1000; 0 does not wait.
   * In OPFS nobody is waited for: tabs share one owner.
   */
  readonly busyTimeoutMs?: number;
  /**
   * At how many pages the write-ahead log is moved into the database. Default 8000, 32 MiB in a
   * database that was made here. More make appends faster, and the first read after a crash slower;
   * 0 moves it behind each commit; 2 ** 32 - 1 is the most. Of those that ask and share an open
   * database, the most counts. Where there is no log (in memory, in a file without `wal`) it has no
   * effect.
   */
  readonly checkpointPages?: number;
  /**
   * `'full'` (the default): a resolved append survives a power cut. `'normal'`: a power cut may
   * take the last commits, never the file's integrity.
   */
  readonly synchronous?: 'full' | 'normal';
  /**
   * Whether the file is only read: it is neither made nor brought up to date, nothing of it is changed,
   * and every write is refused as `read-only`. A path without a file is `not-found`; files of an
   * earlier version are read as they are. Others may write to the file meanwhile, and are seen. With a
   * write-ahead log SQLite needs the files `-wal` and `-shm` beside it, and makes them where they are
   * missing. Files alone: in OPFS and in memory it is refused. Default `false`.
   */
  readonly readOnly?: boolean;
  /** Where the database lives. Default: what the platform and the path call for. */
  readonly driver?: Driver;
  /**
   * How events are written. Default `'json'`, of which integers beyond 2^53 that a Rust program wrote
   * are read rounded, by `JSON.parse`; `'cbor'` keeps them.
   */
  readonly codec?: CodecChoice;
}

const CHECKS: Checks<SqliteJournalOptions> = {
  path: isFilled,
  eventsTable: isFilled,
  wal: isBoolean,
  busyTimeoutMs: isCount,
  checkpointPages: isCount,
  synchronous: oneOf('full', 'normal'),
  readOnly: isBoolean,
  driver: hasMethods('a driver', 'binding'),
  codec: isCodec,
};

/**
 * A journal in a SQLite database. It opens on first use; an open that failed is tried again by
 * the next call. Journals and snapshot stores on one path share one open database.
 *
 * @example
 * ```ts
 * const journal = new SqliteJournal({ path: 'events.db', wal: true });
 * await journal.append('account-1', [{ event: { deposited: 5 } }], 0);
 * for await (const { event } of journal.replay('account-1')) console.log(event);
 * await journal.close();
 * ```
 */
export class SqliteJournal extends HandleJournal {
  /** @throws `invalid-argument` for an option that is wrong or does not exist. */
  constructor(options: SqliteJournalOptions = {}) {
    checkOptions('SqliteJournal', options, CHECKS);
    const { driver = defaultDriver(), codec, ...settings } = options;
    const opening: JournalOpenOptions = { ...settings, path: options.path ?? ':memory:' };
    const eventsTable = options.eventsTable ?? 'events';
    super({
      name: `SqliteJournal ${JSON.stringify(opening.path)}`,
      codec,
      storage: storedAt(opening.path),
      open: async () => (await driver.binding(opening.path)).openJournal(opening),
    });
    noteTables(this, { driver, path: opening.path, table: eventsTable });
  }
}
