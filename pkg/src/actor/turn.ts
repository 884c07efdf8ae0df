import type { Effects, Then } from './persistent-actor.js';

/** One thing that a command asked for. */
export type Step<Event, State> =
  | { readonly kind: 'persist'; readonly events: readonly Event[]; readonly then: Then<State> | undefined }
  | { readonly kind: 'snapshot' };

/** What one command has asked for, in order. */
export class Turn<Event, State> implements Effects<Event, State> {
  readonly #steps: Step<Event, State>[] = [];
  #answer: { readonly value: unknown } | undefined;

  get answer(): unknown {
    return this.#answer?.value;
  }

  persist(events: readonly Event[], then: Then<State> | undefined): void {
    this.#steps.push({ kind: 'persist', events: [...events], then });
  }

  saveSnapshot(): void {
    this.#steps.push({ kind: 'snapshot' });
  }

  reply(value: unknown): void {
    this.#answer ??= { value };
  }

  /** The next step, which may have been added by the callback of the one before. */
  next(): Step<Event, State> | undefined {
    return this.#steps.shift();
  }
}
