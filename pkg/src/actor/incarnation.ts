import { allow, keep, type Actor } from './actor.js';
import type { Kept } from './kept.js';
import { failedTurn, type Outcome } from './outcome.js';
import type { PersistenceOptions } from './persistence.js';
import { told } from './report.js';
import { Turn } from './turn.js';

/** An actor in memory, from its recovery until it fails, is passivated or stops. */
export class Incarnation<Command, State, Reply> {
  readonly actor: Actor<Command, State, Reply>;
  readonly #kept: Kept<State>;

  constructor(actor: Actor<Command, State, Reply>, persistence: PersistenceOptions) {
    this.actor = actor;
    this.#kept = actor[keep](persistence);
  }

  get store(): object {
    return this.#kept.store;
  }

  /** Takes over the state that is stored. Comes first. */
  recover(): Promise<void> {
    return this.#kept.recover();
  }

  /** Tells the actor that it is recovered. Comes second. Nobody is there to be answered or rejected. */
  async recovered(): Promise<Outcome<Reply>> {
    const turn = new Turn<State, Reply>();
    const failed = await this.#failed(turn, () => this.actor.onRecoveryComplete(this.#kept.state));
    return failed ?? { verdict: turn.verdict, answer: undefined };
  }

  /** Tells the actor that it is not, which is the end of it. */
  unrecovered(error: unknown): Promise<void> {
    return told('onRecoveryFailure', this.actor.persistenceId, () => this.actor.onRecoveryFailure(error));
  }

  async handle(command: Command): Promise<Outcome<Reply>> {
    const turn = new Turn<State, Reply>();
    const failed = await this.#failed(turn, () => this.actor.onCommand(this.#kept.state, command));
    return failed ?? turn.outcome;
  }

  /** Lets the actor ask, carries out what it asked for, and says what came of it if something was thrown. */
  async #failed(turn: Turn<State, Reply>, ask: () => void | Promise<void>): Promise<Outcome<Reply> | undefined> {
    try {
      await this.#asking(turn, ask);
      for (let asked = turn.next(); asked; asked = turn.next()) {
        const { step, then } = asked;
        await step(turn);
        if (then) await this.#asking(turn, () => then(this.#kept.state));
      }
      return undefined;
    } catch (error) {
      return failedTurn(error, turn);
    }
  }

  /**
   * Lets the actor ask until `ask` has ended, and not in the pauses behind it: what comes then was
   * asked for too late, by an earlier command maybe.
   */
  async #asking(turn: Turn<State, Reply>, ask: () => void | Promise<void>): Promise<void> {
    allow(this.actor, turn);
    try {
      const asking = ask();
      if (asking) await asking;
    } finally {
      allow(this.actor, undefined);
    }
  }
}
