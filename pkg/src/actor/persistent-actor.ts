import type { SnapshotPolicy } from './policy.js';

/** Called with the state that the events have led to. */
export type Then<State> = (state: State) => void | Promise<void>;

/** What an actor asks for while it handles a command. */
export interface Effects<Event, State> {
  persist(events: readonly Event[], then: Then<State> | undefined): void;
  saveSnapshot(): void;
  reply(value: unknown): void;
}

/** Gives an actor what takes its requests, for as long as it may make them. */
export let attach: <Command, Event, State>(
  actor: PersistentActor<Command, Event, State>,
  effects: Effects<Event, State> | undefined,
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
 * An append that was surely not stored rejects the command's `ask` and leaves the actor as it
 * was. A conflict (another writer owns the stream), an append whose outcome is unknown, and an
 * `onEvent` that throws stop the actor.
 *
 * @example
 * ```ts
 * class Account extends PersistentActor<Command, Event, State> {
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
export abstract class PersistentActor<Command, Event, State> {
  #effects: Effects<Event, State> | undefined;

  static {
    attach = (actor, effects) => {
      actor.#effects = effects;
    };
  }

  /** The stream that holds this actor's events, and no other actor's. */
  abstract readonly persistenceId: string;

  /** The state before the first event. */
  abstract initialState(): State;

  /** The state after an event. Pure: it runs again at each recovery. */
  abstract onEvent(state: State, event: Event): State;

  /** Handles a command; what it throws rejects the command's `ask`. */
  abstract onCommand(state: State, command: Command): void | Promise<void>;

  /** Called once, with the recovered state, before the first command. It may persist. */
  onRecoveryComplete(_state: State): void | Promise<void> {}

  /**
   * Called when the state cannot be recovered; the actor is stopped. Default: reports it on the
   * console. What it throws is reported.
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

  /** Asks for an event to be appended; `then` sees the state it led to. */
  protected persist(event: Event, then?: Then<State>): void {
    this.persistAll([event], then);
  }

  /** Asks for events to be appended, all or none; `then` sees the state behind the last. */
  protected persistAll(events: readonly Event[], then?: Then<State>): void {
    this.#asked('persist').persist(events, then);
  }

  /** Asks for a snapshot of the state as it is behind what was asked for before. */
  protected saveSnapshot(): void {
    this.#asked('saveSnapshot').saveSnapshot();
  }

  /**
   * Answers the command's `ask`, once all that the command asked for is stored. The first answer
   * counts; a command without one answers `undefined`.
   */
  protected reply(value: unknown): void {
    this.#asked('reply').reply(value);
  }

  #asked(what: string): Effects<Event, State> {
    if (this.#effects) return this.#effects;
    throw new Error(`${what}() came too late: onCommand, or the callback that called it, has ended`);
  }
}
