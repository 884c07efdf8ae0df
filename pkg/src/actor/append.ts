import { isConflict, isLost } from '../errors.js';
import type { Journal, JournalEntry, PersistentEvent } from '../types.js';

/** How long to wait before each repetition of a lost append. */
const PAUSES_MS = [0, 50, 250];

/**
 * Appends events behind `seq`, as {@link Journal.append} does, and repeats that with its token while
 * its answer is lost: at most three times, within 300 ms and what the tries take. The repetitions
 * write what the first try did, whatever the caller changes meanwhile.
 *
 * @throws what the first try was rejected with, unless that is `lost`: nothing is stored. Behind a
 *   lost try, `conflict` where another writer's event is in the place of the first: nothing is
 *   stored. Else `lost`: it may be stored or not.
 */
export async function appendRepeating(
  journal: Journal,
  id: string,
  entries: readonly JournalEntry[],
  seq: number,
): Promise<PersistentEvent[]> {
  const copies = kept(entries);
  try {
    return await journal.append(id, entries, seq);
  } catch (error) {
    if (!isLost(error) || error.token === undefined) throw error;
    const { token } = error;
    return repeated(() => journal.append(id, copies, seq, { token }), () => holds(journal, id, seq + 1), error);
  }
}

/**
 * Whatever else a repetition fails with, the append may be stored: only a conflict denies it, and
 * only as long as the event that it met is there. Where it was deleted, it may have been ours.
 */
async function repeated<Answer>(
  append: () => Promise<Answer>,
  isThere: () => Promise<boolean>,
  lost: unknown,
): Promise<Answer> {
  for (const ms of PAUSES_MS) {
    await new Promise((next) => setTimeout(next, ms));
    try {
      return await append();
    } catch (error) {
      if (isConflict(error)) throw (await isThere()) ? error : lost;
    }
  }
  throw lost;
}

async function holds(journal: Journal, id: string, seq: number): Promise<boolean> {
  try {
    const events = await journal.read(id, seq, seq);
    return events.length > 0;
  } catch {
    return false;
  }
}

/** Entries that nobody else changes. Those that are too deep for that are too deep for a codec. */
function kept(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  try {
    return entries.map((entry) => copied(entry) as JournalEntry);
  } catch {
    return entries;
  }
}

/** A copy of plain data. What is of a class stays as it is: a codec of one's own may tell it by that. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copied(item)]));
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
