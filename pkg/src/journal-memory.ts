import { checkOptions, hasMethods } from './arguments.js';
import { isCodec, type CodecChoice } from './codec.js';
import { defaultDriver, type Driver } from './drivers.js';
import { inMemory } from './journal-storage.js';
import { HandleJournal } from './journal.js';

export interface InMemoryJournalOptions {
  /** Where the core runs. Default: what the platform calls for. */
  readonly driver?: Driver;
  /** How events are written. Default `'json'`. */
  readonly codec?: CodecChoice;
}

/**
 * A journal that goes away with the object, for tests: it behaves like {@link SqliteJournal} and
 * encodes and decodes like it.
 */
export class InMemoryJournal extends HandleJournal {
  /** @throws `invalid-argument` for an option that is wrong or does not exist. */
  constructor(options: InMemoryJournalOptions = {}) {
    checkOptions('InMemoryJournal', options, {
      driver: hasMethods('a driver', 'binding'),
      codec: isCodec,
    });
    const driver = options.driver ?? defaultDriver();
    super({
      name: 'InMemoryJournal',
      codec: options.codec,
      storage: inMemory,
      open: async () => (await driver.binding(':memory:')).openJournal({ path: ':memory:' }),
    });
  }
}
