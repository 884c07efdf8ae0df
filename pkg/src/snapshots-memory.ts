import { checkOptions, hasMethods, isPositive, oneOf } from './arguments.js';
import { isCodec, type CodecChoice } from './codec.js';
import { defaultDriver, type Driver } from './drivers.js';
import { HandleSnapshotStore, type OnUnreadable } from './snapshots.js';

export interface InMemorySnapshotStoreOptions {
  /** How many snapshots of an id to keep. Default 3. */
  readonly keepN?: number;
  /** Where the core runs. Default: what the platform calls for. */
  readonly driver?: Driver;
  /** How states are written. Default `'json'`. */
  readonly codec?: CodecChoice;
  /** Default `'error'`. */
  readonly onUnreadable?: OnUnreadable;
}

/**
 * Snapshots that go away with the object, for tests: it behaves like {@link SqliteSnapshotStore}
 * and encodes and decodes like it.
 */
export class InMemorySnapshotStore extends HandleSnapshotStore {
  /** @throws `invalid-argument` for an option that is wrong or does not exist. */
  constructor(options: InMemorySnapshotStoreOptions = {}) {
    checkOptions('InMemorySnapshotStore', options, {
      keepN: isPositive,
      driver: hasMethods('a driver', 'binding'),
      codec: isCodec,
      onUnreadable: oneOf('error', 'older'),
    });
    const { driver = defaultDriver(), codec, onUnreadable, ...settings } = options;
    super({
      name: 'InMemorySnapshotStore',
      codec,
      onUnreadable,
      eventsTableOf: () => undefined,
      open: async () =>
        (await driver.binding(':memory:')).openSnapshots({ ...settings, path: ':memory:' }),
    });
  }
}
