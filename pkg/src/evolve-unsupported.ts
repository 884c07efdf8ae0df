import { JournalError } from './errors.js';
import type { PersistentEvent, Snapshot } from './types.js';

/** The error for what is stored and `what` says why it cannot be read here. */
export function unsupported(what: string, stored: PersistentEvent | Snapshot): JournalError {
  const { persistenceId, sequenceNr } = stored;
  const kind = 'state' in stored ? 'the snapshot' : 'the event';
  const message = `${kind} at seq ${sequenceNr} of ${JSON.stringify(persistenceId)} ${what}`;
  return new JournalError('unsupported-schema', message, { persistenceId, sequenceNr });
}
