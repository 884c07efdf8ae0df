import type { Effects, Step, Then } from './effects.js';
import { behindStored, type Outcome, type Verdict } from './outcome.js';

/** One thing that a command asked for. */
interface Asked<State> {
  readonly step: Step;
  readonly then: Then<State> | undefined;
}

/** What one command has asked for, in order. */
export class Turn<State, Reply> implements Effects<State, Reply> {
  /** Whether some of what the command asked for is stored. */
  stored = false;
  /** Whether the actor has asked to be stopped. */
  stops = false;
  readonly #steps: Asked<State>[] = [];
  #answer: { readonly value: Reply } | undefined;
  #rejection: { readonly error: unknown } | undefined;

  /** What it means for the actor, when all steps were carried out. */
  get verdict(): Verdict {
    return this.stops ? 'stops' : 'goes-on';
  }

  /** What came of it, when all steps were carried out. */
  get outcome(): Outcome<Reply> {
    const { verdict } = this;
    if (!this.#rejection) return { verdict, answer: this.#answer?.value };
    const { error } = this.#rejection;
    return { verdict, error: this.stored ? behindStored('it was rejected', error) : error };
  }

  /** A rejected command gets nothing of what it asked for. */
  add(step: Step, then?: Then<State>): void {
    if (!this.#rejection) this.#steps.push({ step, then });
  }

  reply(value: Reply): void {
    this.#answer ??= { value };
  }

  reject(error: unknown): void {
    this.#rejection ??= { error };
    this.#steps.length = 0;
  }

  stop(): void {
    this.stops = true;
  }

  /** The next step, which may have been added by the callback of the one before. */
  next(): Asked<State> | undefined {
    return this.#steps.shift();
  }
}
