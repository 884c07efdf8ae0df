import { JournalIntegrityError, SnapshotIntegrityError } from '../errors.js';
import type { PersistenceOptions } from './persistence.js';
import type { PersistentActor } from './persistent-actor.js';

/** A state and the seq of the last event in it. */
export interface Recovered<State> {
  readonly state: State;
  readonly seq: number;
}

/**
 * The state of an actor: its latest snapshot and the events behind it, up to the head.
 *
 * @throws {@link SnapshotIntegrityError} for a snapshot above the head, and
 *   {@link JournalIntegrityError} where an event is missing: never a state that was not.
 */
export async function recover<Event, State>(
  actor: PersistentActor<never, Event, State>,
  { journal, snapshotStore }: PersistenceOptions,
): Promise<Recovered<State>> {
  const id = actor.persistenceId;
  // The snapshot first: a head that is read later is not below it.
  const snapshot = await snapshotStore?.loadLatest<State>(id);
  const head = await journal.highestSeq(id);
  let { state, sequenceNr: seq } = snapshot ?? { state: actor.initialState(), sequenceNr: 0 };
  if (seq > head) throw aboveHead(id, seq, head);
  if (seq === head) return { state, seq };
  for await (const event of journal.replay<Event>(id, { fromSeq: seq + 1, toSeq: head })) {
    if (event.sequenceNr !== seq + 1) throw missing(id, seq + 1, event.sequenceNr);
    state = actor.onEvent(state, event.event);
    seq = event.sequenceNr;
  }
  if (seq !== head) throw missing(id, seq + 1, head + 1);
  return { state, seq };
}

function aboveHead(id: string, seq: number, head: number): SnapshotIntegrityError {
  const message = `the snapshot of ${JSON.stringify(id)} at seq ${seq} is above its head, ${head}`;
  return new SnapshotIntegrityError(message, { persistenceId: id, sequenceNr: seq });
}

function missing(id: string, from: number, before: number): JournalIntegrityError {
  const message = `events ${from} to ${before - 1} of ${JSON.stringify(id)} are missing`;
  return new JournalIntegrityError(message, { persistenceId: id, sequenceNr: from });
}
