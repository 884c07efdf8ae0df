import { check, isBoolean, isFunction, oneOf } from '../arguments.js';
import type { PersistentEvent } from '../types.js';
import type { Effects, Runtime } from './effects.js';
import { fold } from './fold.js';
import { failedTurn, TurnFailure, type Outcome } from './outcome.js';
import type { PersistenceOptions } from './persistence.js';
import { attach, type PersistentActor } from './persistent-actor.js';
import type { Retention } from './policy.js';
import { recoverFrom } from './recovery.js';
import { told } from './report.js';
import { Stream } from './stream.js';
import { Turn, type Step, type Tidying } from './turn.js';

const isRetention = oneOf('keep', 'compact');

/** An actor in memory, from its recovery until it fails, is passivated or stops. */
export class Incarnation<Command, Event, State, Reply> implements Runtime<Event, State, Reply> {
  readonly #actor: PersistentActor<Command, Event, State, Reply>;
  readonly #stream: Stream<Event, State>;
  #state!: State;
  #seq = 0;
  #effects: Effects<Event, State, Reply> | undefined;

  constructor(
    actor: PersistentActor<Command, Event, State, Reply>,
    persistence: PersistenceOptions,
  ) {
    this.#actor = actor;
    this.#stream = new Stream(actor, persistence);
    attach(actor, this);
  }

  get lastSeq(): number {
    return this.#seq;
  }

  get effects(): Effects<Event, State, Reply> | undefined {
    return this.#effects;
  }

  /** Takes over the state that the journal and the snapshots hold. Comes first. */
  async recover(): Promise<void> {
    const { state, seq } = await recoverFrom(this.#stream, this.#actor);
    this.#state = state;
    this.#seq = seq;
  }

  /** Tells the actor that it is recovered. Comes second. */
  recovered(): Promise<Outcome<Reply>> {
    return this.#turn(() => this.#actor.onRecoveryComplete(this.#state));
  }

  handle(command: Command): Promise<Outcome<Reply>> {
    return this.#turn(() => this.#actor.onCommand(this.#state, command));
  }

  /** Lets the actor ask, carries out what it asked for, and says what came of it. */
  async #turn(ask: () => void | Promise<void>): Promise<Outcome<Reply>> {
    const turn = new Turn<Event, State, Reply>();
    try {
      await this.#asking(turn, ask);
      for (let step = turn.next(); step; step = turn.next()) await this.#carryOut(step, turn);
      return turn.outcome;
    } catch (error) {
      return failedTurn(error, turn);
    }
  }

  /**
   * Lets the actor ask until `ask` has ended, and not in the pauses behind it: what comes then was
   * asked for too late, by an earlier command maybe.
   */
  async #asking(turn: Turn<Event, State, Reply>, ask: () => void | Promise<void>): Promise<void> {
    this.#effects = turn;
    try {
      const asking = ask();
      if (asking) await asking;
    } finally {
      this.#effects = undefined;
    }
  }

  async #carryOut(step: Step<Event, State>, turn: Turn<Event, State, Reply>): Promise<void> {
    if (step.kind !== 'persist') return this.#tidy(step);
    const due = await this.#persist(step.events, turn);
    if (due) await this.#snapshot(() => this.#actor.retention());
    await this.#asking(turn, () => step.then?.(this.#state));
  }

  /** Before the first event there is nothing to save or to delete. */
  async #tidy(step: Tidying): Promise<void> {
    if (this.#seq === 0) return;
    if (step.kind === 'snapshot') return this.#snapshot(() => 'keep');
    return this.#stream.deleteHistory(step.toSeq, this.#seq);
  }

  /** Appends events and folds what is stored; answers whether a snapshot is due. */
  async #persist(events: readonly Event[], turn: Turn<Event, State, Reply>): Promise<boolean> {
    const stored = await this.#stream.append(events, this.#seq);
    turn.stored ||= stored.length > 0;
    let due = false;
    for (const event of stored) due = this.#fold(event) || due;
    return due;
  }

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
