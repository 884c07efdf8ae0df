import { check, isFunction } from '../arguments.js';
import type { Effects, Step, Then } from './effects.js';
import type { Kept } from './kept.js';
import type { PersistenceOptions } from './persistence.js';

/** Lets an actor ask for what it wants done, or no longer. */
export let allow: <Command, State, Reply>(
  actor: Actor<Command, State, Reply>,
  effects: Effects<State, Reply> | undefined,
) => void;

/**
 * Has an actor ask for a step, and for what is to be called behind it.
 *
 * @param call what the actor has called, for messages.
 */
export let ask: <Command, State, Reply>(
  actor: Actor<Command, State, Reply>,
  call: string,
  step: Step,
  then?: Then<State>,
) => void;

/** Names what opens the state of an actor where it is kept, of which each kind of actor has its own. */
export const keep: unique symbol = Symbol('keep');

/** What all actors have in common, wherever their state is kept. */
export abstract class Actor<Command, State, Reply = unknown> {
  #effects: Effects<State, Reply> | undefined;

  static {
    allow = (actor, effects) => {
      actor.#effects = effects;
    };
    ask = (actor, call, step, then) => {
      if (then !== undefined) check(`${call}: then`, then, isFunction);
      actor.#asked(call).add(step, then);
    };
  }

  /** The stream, or the durable state, that is this actor's, and no other actor's. */
  abstract readonly persistenceId: string;

  /** The state before anything was stored. */
  abstract initialState(): State;

  /**
   * Handles a command; what it throws rejects the command's `ask`, and is a failure: see
   * {@link FailurePolicy}.
   *
   * Do not change the state in place, nor what is in it: what is stored makes another of it. A change
   * in place goes unnoticed, may get into a snapshot, and is gone with a recovery from before it.
   */
  abstract onCommand(state: State, command: Command): void | Promise<void>;

  /**
   * Called with the recovered state, before the first command. It may ask for what a command may.
   * A reply goes nowhere, and so does a rejection: of what was asked for, nothing more is carried out,
   * but for {@link stop}, and the actor starts. What it throws is a failure of the recovery.
   */
  onRecoveryComplete(_state: State): void | Promise<void> {}

  /**
   * Called when the state cannot be recovered; commands that wait are rejected with `not-recovered`.
   * The actor is stopped, but for an error that may pass (`busy`, `full`, `io`,
   * `leader-unresponsive`, `lost`, `locked`, `storage-unavailable`), which comes here when three more tries within a second have not helped:
   * then the next command has it recover again. Default: reports it on the console. What it throws
   * is reported.
   */
  onRecoveryFailure(error: unknown): void | Promise<void> {
    console.error(`${JSON.stringify(this.persistenceId)} was not recovered:`, error);
  }

  abstract [keep](persistence: PersistenceOptions): Kept<State>;

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
   * Called by a callback behind what is stored, it makes `ask` reject with {@link ActorError}
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

  #asked(call: string): Effects<State, Reply> {
    if (this.#effects) return this.#effects;
    throw new Error(`${call}() came too late: onCommand, or the callback that called it, has ended`);
  }
}
