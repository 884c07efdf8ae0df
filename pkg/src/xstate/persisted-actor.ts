import { ActorError, type SnapshotPolicy, type SnapshotStore } from 'actor-journal';
import {
  createActor,
  type Actor,
  type AnyActorLogic,
  type AnyEventObject,
  type EventFromLogic,
  type Snapshot,
} from 'xstate';
import { checkEvent } from './options.js';
import type { PersistActorOptions } from './persist.js';
import { recording } from './recorder.js';
import { packed, toStored } from './stored.js';
import { Writer, type Source } from './writer.js';

/** How many processed events may wait to be stored where another is sent. */
const MAX_WAITING = 10_000;

/** Where a stream and its actor stand; no snapshot where the actor is new. */
interface Beginning {
  readonly head: number;
  readonly snapshot: Snapshot<unknown> | undefined;
}

/** An XState actor whose events go into a journal. Made by {@link persistActor}. */
export class PersistedActor<Logic extends AnyActorLogic> {
  /**
   * The running actor. What is sent to it directly is stored too, as is all that its timers and the
   * actors within it send to it; {@link flushed} says when.
   */
  readonly actor: Actor<Logic>;
  readonly #options: PersistActorOptions<Logic>;
  readonly #due: SnapshotPolicy;
  readonly #writer: Writer;
  /** What {@link send} has sent. */
  readonly #unprocessed = new WeakSet<AnyEventObject>();

  /** @internal */
  constructor(
    logic: Logic,
    options: PersistActorOptions<Logic>,
    due: SnapshotPolicy,
    { head, snapshot }: Beginning,
  ) {
    const { journal, persistenceId, clock, logger } = options;
    const source: Source = {
      gathered: (first, last) => this.#snapshot(first, last),
      failed: (error) => this.#failed(error),
    };
    const inspect = recording((path, event, copy) => {
      if (path.length === 0) this.#unprocessed.delete(event);
      this.#writer.add(toStored(path, copy));
    });
    this.#options = options;
    this.#due = due;
    this.#writer = new Writer(journal, persistenceId, head, source);
    this.actor = createActor<AnyActorLogic>(logic, {
      inspect,
      ...(snapshot ? { snapshot } : { input: options.input }),
      ...(clock && { clock }),
      ...(logger && { logger }),
    }) as Actor<Logic>;
  }

  /**
   * Sends an event, and resolves when it was processed and is stored, with all that was processed
   * before it.
   *
   * An event that the journal's codec does not keep was processed, too: it fails the append, as
   * `unencodable`, and so stops the actor.
   *
   * @throws {@link ActorError} `mailbox-full` where 10,000 processed events wait to be stored: the
   *   actor was not sent this one. The {@link JournalError} of the append, and an error where the actor
   *   did not process the event, because it is done, was stopped, or the transition threw. Such an
   *   event is not stored.
   */
  async send(event: EventFromLogic<Logic>): Promise<void> {
    checkEvent(event);
    if (this.#writer.waiting >= MAX_WAITING) throw this.#tooMany();
    const sent = distinct(event);
    this.#unprocessed.add(sent);
    this.actor.send(sent);
    // The actor may be at another event just now, and this one wait behind it.
    await undefined;
    if (this.#unprocessed.has(sent)) throw this.#refusal(event);
    await this.#writer.written();
  }

  /**
   * Resolves when all that the actor has processed so far is stored.
   *
   * @throws the {@link JournalError} of an append that failed.
   */
  async flushed(): Promise<void> {
    await undefined;
    await this.#writer.written();
  }

  /**
   * Stops the actor, and resolves when all that it has processed is stored. Idempotent. Journal and
   * snapshot store stay open.
   */
  async stop(): Promise<void> {
    this.actor.stop();
    await this.flushed();
  }

  #snapshot(first: number, last: number): (() => Promise<void>) | undefined {
    const { snapshotStore } = this.#options;
    const { status } = this.actor.getSnapshot() as Snapshot<unknown>;
    if (!snapshotStore || !['active', 'done'].includes(status) || !this.#isDue(first, last)) return undefined;
    try {
      const state = packed(this.actor.getPersistedSnapshot());
      return () => this.#save(snapshotStore, last, state);
    } catch (error) {
      this.#notSaved(error);
      return undefined;
    }
  }

  async #save(snapshotStore: SnapshotStore, seq: number, state: unknown): Promise<void> {
    try {
      await snapshotStore.save(this.#options.persistenceId, seq, state);
    } catch (error) {
      this.#notSaved(error);
    }
  }

  #isDue(first: number, last: number): boolean {
    for (let seq = first; seq <= last; seq++) if (this.#due(seq, undefined, undefined)) return true;
    return false;
  }

  #notSaved(error: unknown): void {
    this.#tell(this.#options.onSnapshotFailure, 'a snapshot was not saved', error);
  }

  #failed(error: unknown): void {
    this.actor.stop();
    this.#tell(this.#options.onError, 'the actor was stopped', error);
  }

  /** What a listener throws changes nothing and is reported. */
  #tell(listener: ((error: unknown) => void) | undefined, what: string, failure: unknown): void {
    const id = JSON.stringify(this.#options.persistenceId);
    const report = (error: unknown): void => console.error(`${id}: ${what}:`, error);
    try {
      (listener ?? report)(failure);
    } catch (error) {
      report(error);
    }
  }

  #tooMany(): ActorError {
    const id = JSON.stringify(this.#options.persistenceId);
    return new ActorError('mailbox-full', `the actor of ${id} has ${MAX_WAITING} events that wait to be stored`);
  }

  #refusal({ type }: EventFromLogic<Logic>): Error {
    const { status, error } = this.actor.getSnapshot() as Snapshot<unknown>;
    const id = JSON.stringify(this.#options.persistenceId);
    const cause = status === 'error' ? { cause: error } : {};
    return new Error(`the actor of ${id} did not process ${JSON.stringify(type)}: it is ${status}`, cause);
  }
}

/** The event as another object, of the same class: the same one may be on its way several times. */
function distinct<Event extends AnyEventObject>(event: Event): Event {
  return Object.create(Object.getPrototypeOf(event), Object.getOwnPropertyDescriptors(event));
}
