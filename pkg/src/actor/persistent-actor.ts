import { check, isArray, isFunction, isPositive } from '../arguments.js';
import type { EventAdapter, SnapshotAdapter } from '../evolve.js';
import type { Effects, Runtime, Then } from './effects.js';
import type { Retention, SnapshotPolicy } from './policy.js';
import type { RecoveryProgress } from './recovery.js';

/** Gives an actor what runs it. */
export let attach: <Command, Event, State, Reply>(
  actor: PersistentActor<Command, Event, State, Reply>,
  runtime: Runtime<Event, State, Reply>,
) => void;

/**
 * An actor whose state is the fold of its events.
 *
 * It handles one command at a time. A command asks for events with {@link persist}; they are
 * appended when `onCommand` has returned or its promise has resolved, and if it throws, none is.
 * Then comes `onEvent` for each, then a snapshot if the policy says so, then the callback, then
 * the next command.
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
export abstract class PersistentActor<Command, Event, State, Reply = unknown> {
  #runtime: Runtime<Event, State, Reply> | undefined;

  static {
    attach = (actor, runtime) => {
      actor.#runtime = runtime;
    };
  }

  /** The stream that holds this actor's events, and no other actor's. */
  abstract readonly persistenceId: string;

  /** The state before the first event. */
  abstract initialState(): State;

  /**
   * The state after an event. Pure: it runs again at each recovery. An event that it throws at is
   * stored all the same, and the actor cannot be recovered until a mended class takes it.
   */
  abstract onEvent(state: State, event: Event): State;

  /**
   * Handles a command; what it throws rejects the command's `ask`, and is a failure: see
   * {@link FailurePolicy}.
   *
   * Do not change the state in place, nor what is in it: only `onEvent` makes another of it. A change
   * that no event tells of goes unnoticed, is in the next snapshot, and is gone with a recovery that
   * begins before it.
   */
  abstract onCommand(state: State, command: Command): void | Promise<void>;

  /**
   * Called with the recovered state, before the first command. It may persist. What it throws is a
   * failure of the recovery.
   */
  onRecoveryComplete(_state: State): void | Promise<void> {}

  /** Called behind every 1,000th seq of a long recovery. What it throws is reported. */
  onRecoveryProgress(_progress: RecoveryProgress): void {}

  /**
   * Called when the state cannot be recovered; commands that wait are rejected with `not-recovered`.
   * The actor is stopped, but for an error that may pass (`busy`, `full`, `io`, `lost`, `locked`,
   * `storage-unavailable`), which comes here when three more tries within a second have not helped:
   * then the next command has it recover again. Default: reports it on the console. What it throws
   * is reported.
   */
  onRecoveryFailure(error: unknown): void | Promise<void> {
    console.error(`${JSON.stringify(this.persistenceId)} was not recovered:`, error);
  }

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

  /** The seq of the last event that is in the state; 0 before the first. */
  protected get lastSeq(): number {
    return this.#runtime?.lastSeq ?? 0;
  }

  /**
   * Asks for an event to be appended; `then` sees the state it led to. The event is encoded when
   * `onCommand` has ended: do not change it.
   */
  protected persist(event: Event, then?: Then<State>): void {
    if (then !== undefined) check('persist: then', then, isFunction);
    this.#asked('persist').persist([event], then);
  }

  /** Asks for events to be appended, all or none; `then` sees the state behind the last. */
  protected persistAll(events: readonly Event[], then?: Then<State>): void {
    check('persistAll: events', events, isArray);
    if (then !== undefined) check('persistAll: then', then, isFunction);
    this.#asked('persistAll').persist(events, then);
  }

  /**
   * Asks for a snapshot of the state as it is behind what was asked for before; none is saved
   * before the first event.
   */
  protected saveSnapshot(): void {
    this.#asked('saveSnapshot').saveSnapshot();
  }

  /**
   * Asks for the events up to `toSeq`, inclusive, to be deleted; one above the last means the last,
   * and before the first there is nothing to delete. Where no kept snapshot covers them they stay,
   * and the command fails with {@link ActorError} `not-covered`; the actor goes on.
   */
  protected deleteHistory(toSeq: number): void {
    check('deleteHistory: toSeq', toSeq, isPositive);
    this.#asked('deleteHistory').deleteHistory(toSeq);
  }

  /**
   * Answers the command's `ask`, once all that the command asked for is stored. The first answer
   * counts; a command without one answers `undefined`.
   */
  protected reply(answer: Reply): void {
    this.#asked('reply').reply(answer);
  }

  /**
   * Rejects the command: its `ask` rejects with `error`, and of what it has asked for or asks for
   * yet, nothing more is carried out, but for {@link stop}. It is no failure: the actor goes on.
   * Called by a callback behind a stored event, it makes `ask` reject with {@link ActorError}
   * `stored`, whose cause is `error`.
   */
  protected reject(error: unknown): void {
    this.#asked('reject').reject(error);
  }

  /**
   * Stops the actor behind this command, also where that fails; those that wait are rejected with
   * `stopped`.
   */
  protected stop(): void {
    this.#asked('stop').stop();
  }

  #asked(what: string): Effects<Event, State, Reply> {
    const effects = this.#runtime?.effects;
    if (effects) return effects;
    throw new Error(`${what}() came too late: onCommand, or the callback that called it, has ended`);
  }
}
