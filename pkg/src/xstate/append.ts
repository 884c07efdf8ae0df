import { hasCode, type Journal } from 'actor-journal';
import type { Stored } from './stored.js';

/** How often an append is tried whose outcome is unknown. */
const ATTEMPTS = 4;

/** Appends behind the head; where the answer is lost, again with the token, which writes nothing twice. */
export async function append(journal: Journal, id: string, events: readonly Stored[], head: number): Promise<void> {
  const entries = events.map((event) => ({ event }));
  let options = {};
  for (let attempt = 1; ; attempt++) {
    try {
      await journal.append(id, entries, head, options);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !hasCode(error, 'lost') || error.token === undefined) throw error;
      options = { token: error.token };
    }
  }
}
