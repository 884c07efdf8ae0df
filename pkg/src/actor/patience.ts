import { JournalError, type JournalErrorCode } from '../errors.js';

/** How long to wait before each further try. */
const PAUSES_MS = [50, 200, 750];

/** What fails with these may succeed later, with nothing done about it here. */
const PASSING: readonly JournalErrorCode[] = ['busy', 'full', 'io', 'lost', 'locked', 'storage-unavailable'];

/** Whether what failed with this may succeed later. */
export function mayPass(error: unknown): boolean {
  return error instanceof JournalError && PASSING.includes(error.code);
}

/** Does a task again, at most three times within a second, that fails with what may pass. */
export async function patiently(task: () => Promise<void>): Promise<void> {
  for (const ms of PAUSES_MS) {
    try {
      return await task();
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
    await new Promise((next) => setTimeout(next, ms));
  }
  return task();
}
