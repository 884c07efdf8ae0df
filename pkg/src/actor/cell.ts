import { JournalError } from '../errors.js';
import type { JournalEntry } from '../types.js';
import { ActorError } from './errors.js';
import type { PersistenceOptions } from './persistence.js';
import { attach, type PersistentActor } from './persistent-actor.js';
import { recover } from './recovery.js';
import { Turn, type Step } from './turn.js';

/** Commands that may wait for an actor. */
const MAILBOX = 10_000;

/** A command and what is done with its outcome. */
export interface Envelope<Command> {
  readonly command: Command;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Runs an actor: recovery, then one command after the other. */
export class Cell<Command, Event, State> {
  readonly #actor: PersistentActor<Command, Event, State>;
  readonly #persistence: PersistenceOptions;
  readonly #mailbox: Envelope<Command>[] = [];
  readonly #running: Promise<void>;
  #wake: (() => void) | undefined;
  #state!: State;
  #seq = 0;
  #draining = false;
  #stopped: { readonly why: unknown } | undefined;

  constructor(
    actor: PersistentActor<Command, Event, State>,
    persistence: PersistenceOptions,
    ended: () => void,
  ) {
    this.#actor = actor;
    this.#persistence = persistence;
    this.#running = this.#run().finally(ended);
  }

  /** Takes a command, or rejects it at once. */
  post(envelope: Envelope<Command>): void {
    if (this.#stopped) return envelope.reject(this.#stopped.why);
    if (this.#draining) return envelope.reject(this.#error('stopped', 'is being stopped'));
    if (this.#mailbox.length >= MAILBOX) {
      return envelope.reject(this.#error('mailbox-full', `has ${MAILBOX} commands waiting`));
    }
    this.#mailbox.push(envelope);
    this.#wake?.();
  }

  /** Stops behind the commands that were taken. */
  async stop(): Promise<void> {
    this.#draining = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    await this.#recover();
    while (!this.#stopped) {
      const envelope = this.#mailbox.shift();
      if (envelope) await this.#handle(envelope);
      else if (this.#draining) this.#stop(this.#error('stopped', 'was stopped'));
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  async #recover(): Promise<void> {
    try {
      const { state, seq } = await recover(this.#actor, this.#persistence);
      this.#state = state;
      this.#seq = seq;
      await this.#turn(() => this.#actor.onRecoveryComplete(state));
    } catch (error) {
      this.#stop(error);
      await this.#told('onRecoveryFailure', error);
    }
  }

  async #handle({ command, resolve, reject }: Envelope<Command>): Promise<void> {
    try {
      resolve(await this.#turn(() => this.#actor.onCommand(this.#state, command)));
    } catch (error) {
      reject(error);
    }
  }

  /** Lets the actor ask, carries out what it asked for, and gives its answer. */
  async #turn(ask: () => void | Promise<void>): Promise<unknown> {
    const turn = new Turn<Event, State>();
    await this.#asking(turn, ask);
    for (let step = turn.next(); step; step = turn.next()) await this.#carryOut(step, turn);
    return turn.answer;
  }

  /**
   * Lets the actor ask until `ask` has ended, and not in the pauses behind it: what comes then was
   * asked for too late, by an earlier command maybe.
   */
  async #asking(turn: Turn<Event, State>, ask: () => void | Promise<void>): Promise<void> {
    attach(this.#actor, turn);
    try {
      const asking = ask();
      if (asking) await asking;
    } finally {
      attach(this.#actor, undefined);
    }
  }

  async #carryOut(step: Step<Event, State>, turn: Turn<Event, State>): Promise<void> {
    if (step.kind === 'snapshot') return this.#snapshot();
    const due = this.#apply(await this.#append(step.events));
    if (due) await this.#snapshot();
    await this.#asking(turn, () => step.then?.(this.#state));
  }

  async #append(events: readonly Event[]): Promise<Event[]> {
    const { persistenceId } = this.#actor;
    const entries = events.map((event) => this.#entry(event));
    try {
      const stored = await this.#persistence.journal.append(persistenceId, entries, this.#seq);
      return stored.map(({ event }) => event);
    } catch (error) {
      if (!isRejected(error)) this.#stop(error);
      throw error;
    }
  }

  #entry(event: Event): JournalEntry<Event> {
    const tags = this.#actor.tagsFor(event);
    return tags.length > 0 ? { event, tags } : { event };
  }

  /** Folds stored events into the state; answers whether a snapshot is due. */
  #apply(events: readonly Event[]): boolean {
    let due = false;
    for (const event of events) {
      this.#fold(event);
      due = this.#isDue(event) || due;
    }
    return due;
  }

  #fold(event: Event): void {
    try {
      this.#state = this.#actor.onEvent(this.#state, event);
      this.#seq++;
    } catch (error) {
      this.#stop(error);
      throw error;
    }
  }

  /** A policy that throws asks for no snapshot, and changes nothing else. */
  #isDue(event: Event): boolean {
    try {
      return this.#actor.snapshotPolicy()(this.#seq, this.#state, event);
    } catch (error) {
      void this.#told('onSnapshotFailure', error);
      return false;
    }
  }

  async #snapshot(): Promise<void> {
    try {
      const { snapshotStore } = this.#persistence;
      if (!snapshotStore) throw new Error('the system has no snapshot store');
      await snapshotStore.save(this.#actor.persistenceId, this.#seq, this.#state);
    } catch (error) {
      await this.#told('onSnapshotFailure', error);
    }
  }

  /** Tells the actor of a failure. What it throws in turn changes nothing and is reported. */
  async #told(hook: 'onRecoveryFailure' | 'onSnapshotFailure', failure: unknown): Promise<void> {
    try {
      await this.#actor[hook](failure);
    } catch (error) {
      const { persistenceId } = this.#actor;
      console.error(`${hook} of ${JSON.stringify(persistenceId)} failed:`, error);
    }
  }

  #stop(why: unknown): void {
    this.#stopped ??= { why };
    for (const { reject } of this.#mailbox.splice(0)) reject(why);
  }

  #error(code: ActorError['code'], what: string): ActorError {
    return new ActorError(code, `the actor of ${JSON.stringify(this.#actor.persistenceId)} ${what}`);
  }
}

/** Whether a failed append is surely not stored, by an actor that may go on. */
function isRejected(error: unknown): boolean {
  return error instanceof JournalError && !['conflict', 'lost', 'internal'].includes(error.code);
}
