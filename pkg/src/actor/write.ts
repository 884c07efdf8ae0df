import { isConflict, JournalConcurrencyError, JournalError, type JournalErrorCode } from '../errors.js';
import { TurnFailure } from './outcome.js';

/** After these it is not known what is stored. */
const UNKNOWN: readonly JournalErrorCode[] = ['lost', 'leader-unresponsive', 'internal'];

/** What adapters make of what is to be stored. What they refuse is refused as a store would: the actor goes on. */
export function adapted<Entry>(adapt: () => Entry): Entry {
  try {
    return adapt();
  } catch (error) {
    throw error instanceof JournalError ? new TurnFailure(error, 'goes-on') : error;
  }
}

/**
 * Makes a write of an actor.
 *
 * @param where the actor is, for messages, and what its places are called.
 * @throws {@link TurnFailure}
 */
export async function written<Answer>(
  where: 'stream' | 'state',
  place: 'seq' | 'revision',
  write: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await write();
  } catch (error) {
    if (isConflict(error)) throw new TurnFailure(ownedByAnother(error, where, place), 'stops');
    const isRejected = error instanceof JournalError && !UNKNOWN.includes(error.code);
    throw new TurnFailure(error, isRejected ? 'goes-on' : 'stops');
  }
}

function ownedByAnother(conflict: JournalConcurrencyError, where: string, place: string): JournalConcurrencyError {
  const { persistenceId, expectedSeq, actualSeq } = conflict;
  const message =
    `another writer owns the ${where} ${JSON.stringify(persistenceId)}: ` +
    `it is at ${place} ${actualSeq}, not at ${expectedSeq}, where this actor left it`;
  return new JournalConcurrencyError(message, { persistenceId, expectedSeq, actualSeq, cause: conflict });
}
