import { onServer, requestPersistence, storageAt } from '#platform';
import { once } from './once.js';
import type { StorageStatus } from './types.js';

/** Where a journal is kept, and for how long. */
export interface Storage {
  status(): Promise<StorageStatus>;
  /** Asks for it to be kept until somebody deletes it, and answers whether it will be. */
  persist(): Promise<boolean>;
  /** Something is about to be stored. */
  use(): void;
}

/** A page asks once: some browsers ask their user in turn. */
const askOnce = once(() => requestPersistence().catch(() => false));

export const inMemory: Storage = {
  status: async () => ({ place: 'memory' }),
  persist: async () => false,
  use: () => undefined,
};

export function storedAt(path: string): Storage {
  if (path === ':memory:') return inMemory;
  return {
    status: () => storageAt(path),
    persist: () => requestPersistence(),
    use: () => void (onServer || askOnce()),
  };
}
