import { appendRepeating, everyNEvents, recover, type Journal, type SnapshotStore } from 'actor-journal';
import type { ActorOptions, AnyActorLogic, InputFrom, Snapshot } from 'xstate';
import { checkOptions } from './options.js';
import { PersistedActor } from './persisted-actor.js';
import { INIT, Replica } from './replica.js';
import { packed } from './stored.js';
import { sound } from './tree.js';

const SNAPSHOT_EVERY = 100;

/** Where an actor's events go, and how it is made. */
export interface PersistActorOptions<Logic extends AnyActorLogic>
  extends Pick<ActorOptions<Logic>, 'clock' | 'logger'> {
  readonly journal: Journal;
  /** Without one, recovery replays all events. */
  readonly snapshotStore?: SnapshotStore;
  /** The stream that holds this actor's events, and no other actor's. */
  readonly persistenceId: string;
  /** A snapshot is saved each time that so many events were stored, a positive integer. Default 100. */
  readonly snapshotEvery?: number;
  /**
   * What a new actor is made with. It is stored as the stream's first event, and recovery takes it
   * from there.
   */
  readonly input?: InputFrom<Logic>;
  /**
   * Called when an append failed and the actor was stopped: with `conflict`, another writer owns the
   * stream. Default: reports it on the console.
   */
  readonly onError?: (error: unknown) => void;
  /** Called when a snapshot was not saved, which changes nothing else. Default: likewise. */
  readonly onSnapshotFailure?: (error: unknown) => void;
}

/** Logic that needs input must be given it. */
type OptionsFor<Logic extends AnyActorLogic> = PersistActorOptions<Logic> &
  (undefined extends InputFrom<Logic> ? unknown : { readonly input: InputFrom<Logic> });

/**
 * Starts an actor of XState 5 whose state is the fold of its events in a journal: a machine, or
 * logic by `fromTransition`.
 *
 * **What is stored.** The stream begins with `xstate.init` and the input. Then come the events that
 * the actor processed, in that order, as they were then: those that were sent to it, by whomever, and
 * those of its timers and of the actors within it. What a machine raises itself follows from them
 * and is not stored. Events that changed an actor within it are stored as `{ actor, event }`, with
 * the ids that lead to it. Errors in events and states are kept by name and message.
 *
 * **When.** The actor processes first, at once, as XState does; then its events are appended, one
 * append at a time with what came meanwhile: 1000 events, and all that came in one turn with the last
 * of them, so that what follows from an event in its turn is stored with it or not at all. {@link PersistedActor.send} resolves when the event is stored. Of
 * what was not yet stored at a crash, the state goes back, but actions that ran have run: let those
 * that matter follow from an awaited `send`. An event whose transition threw is not stored; unless an
 * observer of the actor takes its errors, XState reports this one globally, as an uncaught error, even
 * where the rejection of `send` is handled. Where an append fails, the actor is stopped, and `onError`
 * is told.
 *
 * **Recovery** takes the latest snapshot and folds the events behind it without running actions, so
 * that each runs at most once. Then the actor is restored from that state as XState restores a
 * persisted snapshot: actors within it that were active go on, promises, callbacks and observables
 * among them from their beginning. Beyond what XState does, the delays of active states (`after`)
 * begin anew, in full. Delayed `raise` and `sendTo` are not taken up. An actor that had failed is
 * given back as it was, not started.
 *
 * Guards, `assign` and the initial context must be pure, as XState asks. Events, input and context
 * must be data that the journal's codec keeps; `onSnapshot` and references to actors in events are
 * not. Actors that are spawned need an id; snapshots need actors to be named in `setup`, as XState's
 * own persistence does. A machine that was changed is folded from the events of the old one: give
 * another name to what means something else, and keep events and states that are stored.
 *
 * @throws {@link JournalError} as {@link recover} does, and `integrity` where the logic has no place
 *   for an event; `conflict` where the actor is new and another writer just began it;
 *   `invalid-argument` for a wrong option. What the logic throws in its first state or in the fold.
 * @example
 * ```ts
 * import { SqliteJournal, SqliteSnapshotStore } from 'actor-journal';
 * import { persistActor } from 'actor-journal/xstate';
 *
 * const account = await persistActor(accountMachine, {
 *   journal: new SqliteJournal({ path: 'events.db', wal: true }),
 *   snapshotStore: new SqliteSnapshotStore({ path: 'events.db' }),
 *   persistenceId: 'account-ada',
 *   input: { owner: 'Ada' },
 * });
 * await account.send({ type: 'deposit', amount: 100 }); // stored
 * console.log(account.actor.getSnapshot().context.balance);
 * await account.stop();
 * ```
 */
export async function persistActor<Logic extends AnyActorLogic>(
  logic: Logic,
  options: OptionsFor<Logic>,
): Promise<PersistedActor<Logic>> {
  checkOptions(logic, options);
  const { journal, snapshotStore, persistenceId, snapshotEvery = SNAPSHOT_EVERY, input } = options;
  const due = everyNEvents(snapshotEvery);
  const replica = new Replica(persistenceId, logic);
  const { state, seq } = await recover(replica, snapshotStore ? { journal, snapshotStore } : { journal });
  const snapshot = replica.restorable(state);
  const persisted = new PersistedActor(logic, options, due, { head: Math.max(seq, 1), snapshot });
  sound(persisted.actor.getSnapshot() as Snapshot<unknown>, snapshot);
  if (seq === 0) await appendRepeating(journal, persistenceId, [{ event: packed({ type: INIT, input }) }], 0);
  // XState would report its error once more, where nobody can listen yet.
  if (snapshot?.status !== 'error') persisted.actor.start();
  return persisted;
}
