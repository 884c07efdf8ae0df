import { isConflict, JournalError, type JournalConcurrencyError } from '../errors.js';
import { repeatOf } from '../token.js';
import { patiently } from './patience.js';

/** How long to wait before the second and the third repetition. */
const PAUSES_MS = [50, 250];

/**
 * Makes a write, and repeats it with its token while its outcome is unknown: at most three times. The
 * journals and stores of this package repeat what they have encoded; another one is asked again.
 *
 * Whatever else a repetition fails with, the write may be stored: only a conflict denies it, and only
 * where what it met stands in the write's own place.
 *
 * @throws that conflict, or else what the first try failed with.
 */
export async function repeating<Answer>(
  write: (options?: { readonly token: string }) => Promise<Answer>,
  isInItsPlace: (conflict: JournalConcurrencyError) => boolean | Promise<boolean>,
): Promise<Answer> {
  try {
    return await write();
  } catch (lost) {
    if (!(lost instanceof JournalError) || lost.token === undefined) throw lost;
    const { token } = lost;
    const repeat = repeatOf<Answer>(lost) ?? (() => write({ token }));
    try {
      return await patiently(repeat, PAUSES_MS, (error) => !isConflict(error));
    } catch (error) {
      throw isConflict(error) && (await isInItsPlace(error)) ? error : lost;
    }
  }
}
