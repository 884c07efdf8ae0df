import { JournalError, type JournalErrorCode } from '../errors.js';

/** What fails with these may succeed later, with nothing done about it here. */
const PASSING: readonly JournalErrorCode[] = [
  'busy',
  'full',
  'io',
  'leader-unresponsive',
  'lost',
  'locked',
  'storage-unavailable',
];

/** Whether what failed with this may succeed later. */
export function mayPass(error: unknown): boolean {
  return error instanceof JournalError && PASSING.includes(error.code);
}

/** Does a task, and again behind each pause for as long as what it fails with may be tried again. */
export async function patiently<Answer>(
  task: () => Promise<Answer>,
  pausesMs: readonly number[],
  again: (error: unknown) => boolean,
): Promise<Answer> {
  for (const ms of pausesMs) {
    try {
      return await task();
    } catch (error) {
      if (!again(error)) throw error;
    }
    await new Promise((next) => setTimeout(next, ms));
  }
  return task();
}
