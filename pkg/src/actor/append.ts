import { holds } from '../journal-holds.js';
import type { Journal, JournalEntry, PersistentEvent } from '../types.js';
import { repeating } from './repetition.js';

/**
 * Appends events behind `seq`, as {@link Journal.append} does, and repeats that with its token while
 * its answer is lost: at most three times, within 300 ms and what the tries take. The journals of
 * this package write then what the first try did, whatever the caller changes meanwhile; another one
 * is handed the entries again, which must be the same until this has ended.
 *
 * @throws what the first try was rejected with, unless that is `lost`: nothing is stored. Behind a
 *   lost try, `conflict` where another writer's event is in the place of the first: nothing is
 *   stored. Else `lost`: it may be stored or not.
 */
export function appendRepeating(
  journal: Journal,
  id: string,
  entries: readonly JournalEntry[],
  seq: number,
): Promise<PersistentEvent[]> {
  return repeating(
    (options) => journal.append(id, entries, seq, options),
    // Where it was deleted, it may have been ours.
    () => holds(journal, id, seq + 1),
  );
}
