import { JournalError } from './errors.js';
import type { PersistentEvent, Snapshot } from './types.js';

/** The error for what is stored and `what` says why it cannot be read here. */
export function unsupported(what: string, stored: PersistentEvent | Snapshot): JournalError {
  const { persistenceId, sequenceNr } = stored;
  const where = 'state' in stored ? 'the snapshot at seq' : 'the event at seq';
  const message = `${'revision' in stored ? 'the state at revision' : where} ${sequenceNr} of ${JSON.stringify(persistenceId)} ${what}`;
  return new JournalError('unsupported-schema', message, { persistenceId, sequenceNr });
}
