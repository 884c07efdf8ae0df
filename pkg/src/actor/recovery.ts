import { check, hasMethods } from '../arguments.js';
import { hasCode, JournalIntegrityError } from '../errors.js';
import { checkCovered } from '../snapshots.js';
import type { Journal } from '../types.js';
import { fold, initial } from './fold.js';
import { checkStores, type PersistenceOptions } from './persistence.js';
import type { EventSourced } from './persistent-actor.js';
import { told } from './report.js';
import { Stream } from './stream.js';

/** How often the progress of a recovery is told: behind so many events. */
const STRIDE = 1000;

const isEventSourced = hasMethods('an actor', 'initialState', 'onEvent', 'eventAdapter', 'snapshotAdapter');

/** A state and the seq of the last event in it. */
export interface Recovered<State> {
  readonly state: State;
  readonly seq: number;
}

/** How far a recovery has come: the last event in the state, and the last that will be. */
export interface RecoveryProgress {
  readonly seq: number;
  readonly head: number;
}

/**
 * The state of an actor: its latest snapshot and the events behind it, up to the head. For who runs
 * actors without an {@link ActorSystem}; one does it by itself.
 *
 * @throws `SnapshotIntegrityError` for a snapshot above the head, and
 *   {@link JournalIntegrityError} where an event is missing: never a state that was not. What the
 *   journal, the snapshot store and the actor's `onEvent` throw. `invalid-argument` for what is no such
 *   actor, and no such stores.
 */
export async function recover<Event, State>(
  actor: EventSourced<Event, State>,
  persistence: PersistenceOptions & { readonly journal: Journal },
): Promise<Recovered<State>> {
  check('recover: actor', actor, isEventSourced);
  checkStores('recover', persistence);
  return recoverFrom(new Stream(actor, persistence), actor);
}

/**
 * {@link recover}, of an actor whose stream is open. Where events are missing behind its snapshot, a
 * newer one may have taken their place since: who had the stream before was still compacting it.
 */
export async function recoverFrom<Event, State>(
  stream: Stream<Event, State>,
  actor: EventSourced<Event, State>,
): Promise<Recovered<State>> {
  let snapshot = await stream.latestSnapshot();
  for (;;) {
    const base = snapshot ?? { state: initial(actor), seq: 0 };
    try {
      return await replayed(stream, actor, base);
    } catch (error) {
      if (!hasCode(error, 'integrity')) throw error;
      snapshot = await stream.latestSnapshot();
      if (!snapshot || snapshot.seq <= base.seq) throw error;
    }
  }
}

/** The state behind all events, from the one that an earlier event had led to. */
async function replayed<Event, State>(
  stream: Stream<Event, State>,
  actor: EventSourced<Event, State>,
  base: Recovered<State>,
): Promise<Recovered<State>> {
  const { id } = stream;
  // Read behind the snapshot: it is not below that.
  const head = await stream.head();
  let { state, seq } = base;
  checkCovered(id, seq, head);
  if (seq === head) return base;
  for await (const stored of stream.replay(seq + 1, head)) {
    if (stored.sequenceNr !== seq + 1) throw missing(id, seq + 1, stored.sequenceNr);
    for (const event of stream.read(stored)) state = fold(actor, state, event);
    seq = stored.sequenceNr;
    if (seq % STRIDE !== 0) continue;
    const progress = { seq, head };
    await told('onRecoveryProgress', id, () => actor.onRecoveryProgress(progress));
  }
  if (seq !== head) throw missing(id, seq + 1, head + 1);
  return { state, seq };
}

function missing(id: string, from: number, before: number): JournalIntegrityError {
  const message = `events ${from} to ${before - 1} of ${JSON.stringify(id)} are missing`;
  return new JournalIntegrityError(message, { persistenceId: id, sequenceNr: from });
}
