import { check, isBoolean, isFunction, oneOf } from '../arguments.js';
import type { PersistentEvent } from '../types.js';
import { fold } from './fold.js';
import type { Kept } from './kept.js';
import { TurnFailure } from './outcome.js';
import type { PersistenceOptions } from './persistence.js';
import type { EventSourced } from './persistent-actor.js';
import type { Retention } from './policy.js';
import { recoverFrom } from './recovery.js';
import { told } from './report.js';
import { Stream } from './stream.js';

const isRetention = oneOf('keep', 'compact');

/** A state as the fold of an actor's events, with the seq of the last of them. */
export class History<Event, State> implements Kept<State> {
  readonly #actor: EventSourced<Event, State>;
  readonly #stream: Stream<Event, State>;
  #state!: State;
  #seq = 0;

  constructor(actor: EventSourced<Event, State>, persistence: PersistenceOptions) {
    check('onEvent()', actor.onEvent, isFunction);
    this.#actor = actor;
    this.#stream = new Stream(actor, persistence);
  }

  get store(): object {
    return this.#stream.journal;
  }

  get state(): State {
    return this.#state;
  }

  get seq(): number {
    return this.#seq;
  }

  async recover(): Promise<void> {
    const { state, seq } = await recoverFrom(this.#stream, this.#actor);
    this.#state = state;
    this.#seq = seq;
  }

  /** Appends events, folds what is stored, and saves a snapshot where one is due. */
  async persist(events: readonly Event[], progress: { stored: boolean }): Promise<void> {
    const stored = await this.#stream.append(events, this.#seq);
    progress.stored ||= stored.length > 0;
    let due = false;
    for (const event of stored) due = this.#fold(event) || due;
    if (due) await this.#snapshot(() => this.#actor.retention());
  }

  /** Before the first event there is nothing to save. */
  async saveSnapshot(): Promise<void> {
    if (this.#seq > 0) await this.#snapshot(() => 'keep');
  }

  /** Up to 0, and before the first event, there is nothing to delete. */
  async delete(toSeq: number): Promise<void> {
    const through = Math.min(toSeq, this.#seq);
    if (through > 0) await this.#stream.deleteHistory(through, this.#seq);
  }

  /** Answers whether a snapshot is due. */
  #fold(stored: PersistentEvent): boolean {
    const events = this.#applied(stored);
    this.#seq = stored.sequenceNr;
    return events.some((event) => this.#isDue(event));
  }

  #applied(stored: PersistentEvent): readonly Event[] {
    try {
      const events = this.#stream.read(stored);
      for (const event of events) this.#state = fold(this.#actor, this.#state, event);
      return events;
    } catch (error) {
      throw new TurnFailure(error, 'broken');
    }
  }

  /** A policy that throws asks for no snapshot, and changes nothing else. */
  #isDue(event: Event): boolean {
    try {
      const policy = this.#actor.snapshotPolicy();
      check('snapshotPolicy: what it returns', policy, isFunction);
      const due = policy(this.#seq, this.#state, event);
      check('snapshotPolicy: the answer', due, isBoolean);
      return due;
    } catch (error) {
      void this.#snapshotFailed(error);
      return false;
    }
  }

  async #snapshot(retention: () => Retention): Promise<void> {
    try {
      const kept = retention();
      check('retention: what it returns', kept, isRetention);
      await this.#stream.saveSnapshot(this.#seq, this.#state, kept);
    } catch (error) {
      await this.#snapshotFailed(error);
    }
  }

  #snapshotFailed(error: unknown): Promise<void> {
    return told('onSnapshotFailure', this.#stream.id, () => this.#actor.onSnapshotFailure(error));
  }
}
