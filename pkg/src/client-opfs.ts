import { JournalError } from './errors.js';

/**
 * @throws `storage-unavailable` where this page has no origin-private file system, and what to do
 *   about it. Some browsers have none in private windows, none has it in pages without HTTPS.
 */
export async function assertOpfs(): Promise<void> {
  if (!globalThis.isSecureContext) throw unavailable('Serve the page over HTTPS or from localhost.');
  const { storage, locks } = navigator as Partial<Navigator>;
  if (!storage?.getDirectory || !locks) throw unavailable('Use a newer browser.');
  try {
    await storage.getDirectory();
  } catch (cause) {
    throw unavailable('Open it outside of a private window, and allow the site to store data.', cause);
  }
}

function unavailable(advice: string, cause?: unknown): JournalError {
  const message =
    'this page has no origin-private file system (OPFS) to keep a journal in. ' +
    `${advice} To go without durability, ask for it: path ':memory:'.`;
  return new JournalError('storage-unavailable', message, { cause });
}
