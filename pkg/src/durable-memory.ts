import { checkOptions, hasMethods } from './arguments.js';
import { isCodec, type CodecChoice } from './codec.js';
import { defaultDriver, type Driver } from './drivers.js';
import { HandleDurableStateStore } from './durable.js';

export interface InMemoryDurableStateStoreOptions {
  /** Where the core runs. Default: what the platform calls for. */
  readonly driver?: Driver;
  /** How states are written. Default `'json'`. */
  readonly codec?: CodecChoice;
}

/**
 * Durable states that go away with the object, for tests: it behaves like
 * {@link SqliteDurableStateStore} and encodes and decodes like it.
 */
export class InMemoryDurableStateStore extends HandleDurableStateStore {
  /** @throws `invalid-argument` for an option that is wrong or does not exist. */
  constructor(options: InMemoryDurableStateStoreOptions = {}) {
    checkOptions('InMemoryDurableStateStore', options, {
      driver: hasMethods('a driver', 'binding'),
      codec: isCodec,
    });
    const driver = options.driver ?? defaultDriver();
    super({
      name: 'InMemoryDurableStateStore',
      codec: options.codec,
      open: async () => (await driver.binding(':memory:')).openDurableStates({ path: ':memory:' }),
    });
  }
}
