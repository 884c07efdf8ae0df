import type { Journal } from './types.js';

/** Whether an event can be read at this seq: one that cannot may have been deleted. */
export async function holds(journal: Journal, id: string, seq: number): Promise<boolean> {
  try {
    const events = await journal.read(id, seq, seq);
    return events.length > 0;
  } catch {
    return false;
  }
}
