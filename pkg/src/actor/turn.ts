import type { Effects, Then } from './effects.js';
import { behindStored, type Outcome } from './outcome.js';

/** One thing that a command asked for. */
export type Step<Event, State> =
  | { readonly kind: 'persist'; readonly events: readonly Event[]; readonly then: Then<State> | undefined }
  | Tidying;

/** A step that changes neither the state nor its events to come. */
export type Tidying = { readonly kind: 'snapshot' } | { readonly kind: 'delete'; readonly toSeq: number };

/** What one command has asked for, in order. */
export class Turn<Event, State, Reply> implements Effects<Event, State, Reply> {
  /** Whether events of the command are stored. */
  stored = false;
  /** Whether the actor has asked to be stopped. */
  stops = false;
  readonly #steps: Step<Event, State>[] = [];
  #answer: { readonly value: Reply } | undefined;
  #rejection: { readonly error: unknown } | undefined;

  /** What came of it, when all steps were carried out. */
  get outcome(): Outcome<Reply> {
    const verdict = this.stops ? 'stops' : 'goes-on';
    if (!this.#rejection) return { verdict, answer: this.#answer?.value };
    const { error } = this.#rejection;
    return { verdict, error: this.stored ? behindStored('it was rejected', error) : error };
  }

  persist(events: readonly Event[], then: Then<State> | undefined): void {
    this.#add({ kind: 'persist', events: [...events], then });
  }

  saveSnapshot(): void {
    this.#add({ kind: 'snapshot' });
  }

  deleteHistory(toSeq: number): void {
    this.#add({ kind: 'delete', toSeq });
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
  next(): Step<Event, State> | undefined {
    return this.#steps.shift();
  }

  /** A rejected command gets nothing of what it asked for. */
  #add(step: Step<Event, State>): void {
    if (!this.#rejection) this.#steps.push(step);
  }
}
