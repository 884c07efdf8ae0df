import { check, isArray, isCount } from '../arguments.js';
import type { EventAdapter, SnapshotAdapter } from '../evolve.js';
import { Actor, ask, keep } from './actor.js';
import type { Then } from './effects.js';
import { History } from './history.js';
import type { Kept } from './kept.js';
import type { PersistenceOptions } from './persistence.js';
import type { Retention, SnapshotPolicy } from './policy.js';
import type { RecoveryProgress } from './recovery.js';

/** What an actor says of its events, whatever its commands are. */
export type EventSourced<Event, State> = Omit<PersistentActor<unknown, Event, State>, 'onCommand'>;

/**
 * An actor whose state is the fold of its events.
 *
 * It handles one command at a time. A command asks for events with {@link persist} and
 * {@link persistAll}, which are carried out one behind the other when `onCommand` has returned or its
 * promise has resolved; if it throws, none is. Each is an append of its own, behind which come
 * `onEvent` for each event, then a snapshot if the policy says so, then the callback. Then comes the
 * next command.
 *
 * Whenever it is made, a restart later too, it must have the `persistenceId` that it had: another one
 * is another stream.
 *
 * What is asked for after `onCommand` or the callback has ended, by a timer or a promise that was
 * not awaited, throws. Only while another command's `onCommand` awaits something can it not be told
 * from what that one asks for: await what you start.
 *
 * An append that was surely not stored rejects the command's `ask` and leaves the actor as it was;
 * one whose answer is lost is repeated. A conflict (another writer owns the stream), and an append
 * whose outcome stays unknown, stop the actor. What its own code throws is handled by the
 * {@link FailurePolicy} it was spawned with.
 *
 * `Reply` is what its commands are answered with, `undefined` among it where they may not be.
 *
 * @example
 * ```ts
 * class Account extends PersistentActor<Command, Event, State, number> {
 *   constructor(readonly persistenceId: string) { super(); }
 *   initialState(): State { return { balance: 0 }; }
 *   onEvent(state: State, event: Event): State {
 *     return { balance: state.balance + event.deposited };
 *   }
 *   onCommand(state: State, command: Command): void {
 *     this.persist({ deposited: command.deposit }, ({ balance }) => this.reply(balance));
 *   }
 * }
 * ```
 */
export abstract class PersistentActor<Command, Event, State, Reply = unknown> extends Actor<Command, State, Reply> {
  /** There is one before it may ask. */
  #history!: History<Event, State>;

  /**
   * The state after an event. Pure: it runs again at each recovery. An event that it throws at is
   * stored all the same, and the actor cannot be recovered until a mended class takes it.
   */
  abstract onEvent(state: State, event: Event): State;

  /** Called behind every 1,000th seq of a long recovery. What it throws is reported. */
  onRecoveryProgress(_progress: RecoveryProgress): void {}

  /** Called when a snapshot could not be saved, which changes nothing else. */
  onSnapshotFailure(error: unknown): void | Promise<void> {
    console.error(`a snapshot of ${JSON.stringify(this.persistenceId)} was not saved:`, error);
  }

  /** When to save snapshots. Default: never. */
  snapshotPolicy(): SnapshotPolicy<Event, State> {
    return () => false;
  }

  /** The tags an event is stored with. Default: none. */
  tagsFor(_event: Event): readonly string[] {
    return [];
  }

  /**
   * What becomes of events when a snapshot is saved by policy. Default: they are kept.
   *
   * @example
   * ```ts
   * override retention(): Retention { return 'compact'; }
   * ```
   */
  retention(): Retention {
    return 'keep';
  }

  /** How events are written and read. Default: as they are, and those with a manifest are refused. */
  eventAdapter(): EventAdapter<Event> | undefined {
    return undefined;
  }

  /** How states are written as snapshots and read. Default: as {@link eventAdapter}'s. */
  snapshotAdapter(): SnapshotAdapter<State> | undefined {
    return undefined;
  }

  [keep](persistence: PersistenceOptions): Kept<State> {
    return (this.#history = new History(this, persistence));
  }

  /** The seq of the last event that is in the state; 0 before the first. */
  protected get lastSeq(): number {
    return this.#history?.seq ?? 0;
  }

  /**
   * Asks for an event to be appended; `then` sees the state it led to. The event is encoded when
   * `onCommand` has ended: do not change it. Behind a crash, or where a later append of the same
   * command is refused, it may be stored alone: what belongs together is for {@link persistAll}.
   */
  protected persist(event: Event, then?: Then<State>): void {
    ask(this, 'persist', (progress) => this.#history.persist([event], progress), then);
  }

  /** Asks for events to be appended, all or none; `then` sees the state behind the last. */
  protected persistAll(events: readonly Event[], then?: Then<State>): void {
    check('persistAll: events', events, isArray);
    const batch = [...events];
    ask(this, 'persistAll', (progress) => this.#history.persist(batch, progress), then);
  }

  /**
   * Asks for a snapshot of the state as it is behind what was asked for before; none is saved
   * before the first event.
   */
  protected saveSnapshot(): void {
    ask(this, 'saveSnapshot', () => this.#history.saveSnapshot());
  }

  /**
   * Asks for the events up to `toSeq`, inclusive, to be deleted; one above the last means the last.
   * Where it is 0, and before the first event, there is nothing to delete: `Math.max(0, this.lastSeq -
   * 100)` keeps the last 100. Where no kept snapshot covers them they stay, and the command fails with
   * {@link ActorError} `not-covered`; the actor goes on.
   */
  protected deleteHistory(toSeq: number): void {
    check('deleteHistory: toSeq', toSeq, isCount);
    ask(this, 'deleteHistory', () => this.#history.delete(toSeq));
  }
}
