import { checkOptions, hasMethods, isBoolean, isCount, isFilled, type Checks } from './arguments.js';
import type { DurableStatesOpenOptions } from './binding.js';
import { isCodec, type CodecChoice } from './codec.js';
import { defaultDriver, type Driver } from './drivers.js';
import { HandleDurableStateStore } from './durable.js';

export interface SqliteDurableStateStoreOptions {
  /** The database, as in {@link SqliteJournalOptions.path}; a journal's own is a good choice. */
  readonly path?: string;
  /** The table: letters, digits and `_`, not beginning with a digit. Default `states`. */
  readonly statesTable?: string;
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
}

const CHECKS: Checks<SqliteDurableStateStoreOptions> = {
  path: isFilled,
  statesTable: isFilled,
  busyTimeoutMs: isCount,
  checkpointPages: isCount,
  readOnly: isBoolean,
  driver: hasMethods('a driver', 'binding'),
  codec: isCodec,
};

/**
 * Durable states in a SQLite database. It opens on first use; an open that failed is tried again by
 * the next call. On the path of a journal it shares the journal's open database.
 *
 * @example
 * ```ts
 * const carts = new SqliteDurableStateStore({ path: 'events.db', statesTable: 'carts' });
 * const revision = await carts.save('cart-7', 0, ['book']); // 1
 * (await carts.load('cart-7')).state; // ['book']
 * await carts.delete('cart-7', revision); // 2
 * ```
 */
export class SqliteDurableStateStore extends HandleDurableStateStore {
  /** @throws `invalid-argument` for an option that is wrong or does not exist. */
  constructor(options: SqliteDurableStateStoreOptions = {}) {
    checkOptions('SqliteDurableStateStore', options, CHECKS);
    const { driver = defaultDriver(), codec, ...settings } = options;
    const opening: DurableStatesOpenOptions = { ...settings, path: options.path ?? ':memory:' };
    super({
      name: `SqliteDurableStateStore ${JSON.stringify(opening.path)}`,
      codec,
      open: async () => (await driver.binding(opening.path)).openDurableStates(opening),
    });
  }
}
