import { checkOptions, hasMethods, isBoolean, isCount, isFilled, isPositive, oneOf, type Checks } from './arguments.js';
import type { SnapshotsOpenOptions } from './binding.js';
import { isCodec, type CodecChoice } from './codec.js';
import { defaultDriver, type Driver } from './drivers.js';
import { noteTables, tableAt } from './drivers-tables.js';
import { HandleSnapshotStore, type OnUnreadable } from './snapshots.js';

export interface SqliteSnapshotStoreOptions {
  /** The database, as in {@link SqliteJournalOptions.path}; the journal's own is a good choice. */
  readonly path?: string;
  /** The table: letters, digits and `_`, not beginning with a digit. Default `snapshots`. */
  readonly snapshotsTable?: string;
  /** How many snapshots of an id to keep. Default 3. */
  readonly keepN?: number;
  /**
   * How many milliseconds a call waits for another owner of the database. Default 1000; 0 does not wait.
   * In OPFS nobody is waited for: tabs share one owner.
   */
  readonly busyTimeoutMs?: number;
  /** As {@link SqliteJournalOptions.checkpointPages}, for the database that they may share. */
  readonly checkpointPages?: number;
  /** As {@link SqliteJournalOptions.readOnly}. */
  readonly readOnly?: boolean;
  /** Where the database lives. Default: what the platform and the path call for. */
  readonly driver?: Driver;
  /** How states are written. Default `'json'`. */
  readonly codec?: CodecChoice;
  /** Default `'error'`. */
  readonly onUnreadable?: OnUnreadable;
}

const CHECKS: Checks<SqliteSnapshotStoreOptions> = {
  path: isFilled,
  snapshotsTable: isFilled,
  keepN: isPositive,
  busyTimeoutMs: isCount,
  checkpointPages: isCount,
  readOnly: isBoolean,
  driver: hasMethods('a driver', 'binding'),
  codec: isCodec,
  onUnreadable: oneOf('error', 'older'),
};

/**
 * Snapshots in a SQLite database. It opens on first use; an open that failed is tried again by
 * the next call. On the path of a journal it shares the journal's open database.
 *
 * @example
 * ```ts
 * const snapshots = new SqliteSnapshotStore({ path: 'events.db', keepN: 2 });
 * await snapshots.save('account-1', 100, { balance: 42 });
 * (await snapshots.loadLatest('account-1'))?.state; // { balance: 42 }
 * ```
 */
export class SqliteSnapshotStore extends HandleSnapshotStore {
  /** @throws `invalid-argument` for an option that is wrong or does not exist. */
  constructor(options: SqliteSnapshotStoreOptions = {}) {
    checkOptions('SqliteSnapshotStore', options, CHECKS);
    const { driver = defaultDriver(), codec, onUnreadable, ...settings } = options;
    const opening: SnapshotsOpenOptions = { ...settings, path: options.path ?? ':memory:' };
    super({
      name: `SqliteSnapshotStore ${JSON.stringify(opening.path)}`,
      codec,
      onUnreadable,
      eventsTableOf: (journal) => tableAt(driver, opening.path, journal),
      open: async () => (await driver.binding(opening.path)).openSnapshots(opening),
    });
    noteTables(this, { driver, path: opening.path, table: options.snapshotsTable ?? 'snapshots' });
  }
}
