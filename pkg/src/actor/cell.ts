import { check, hasMethods, must, isFilled, oneOf, type Check } from '../arguments.js';
import { said } from '../errors.js';
import { Actor } from './actor.js';
import { ActorError, type ActorErrorCode } from './errors.js';
import type { Ids } from './ids.js';
import { Incarnation } from './incarnation.js';
import type { Manner } from './options.js';
import type { Outcome } from './outcome.js';
import type { Passivation, Resident } from './passivation.js';
import { mayPass, patiently } from './patience.js';
import type { PersistenceOptions } from './persistence.js';
import { Queue } from './queue.js';
import { complain } from './report.js';
import type { Slots } from './slots.js';

/** How long to wait before a recovery that failed with what may pass is tried again. */
const PAUSES_MS = [50, 200, 750];

/** A command and what is done with its outcome. */
export interface Envelope<Command, Reply> {
  readonly command: Command;
  resolve(answer: Reply | undefined): void;
  reject(error: unknown): void;
}

/** What the actors of a system share. */
export interface Surroundings {
  readonly recoveries: Slots;
  readonly passivation: Passivation;
  readonly ids: Ids;
  /** The actor of this name has stopped. */
  stopped(name: string): void;
}

/** Makes an actor, each time one of the name is needed. */
export type Create<Command, State, Reply> = () => Actor<Command, State, Reply>;

/**
 * Where an actor lives: its mailbox, and the incarnation that works it off.
 *
 * It *works* from the first command that comes until none is left, recovering an incarnation where
 * there is none; then it is *idle*, and may be passivated, which makes it *asleep*, without an
 * incarnation until the next command comes; so does a recovery that may succeed later. Told to stop,
 * it takes no more commands, and is *stopped* when none is left.
 */
export class Cell<Command, State, Reply> implements Resident {
  readonly #name: string;
  readonly #create: Create<Command, State, Reply>;
  readonly #manner: Manner;
  readonly #persistence: PersistenceOptions;
  readonly #shared: Surroundings;
  readonly #mailbox = new Queue<Envelope<Command, Reply>>();
  #incarnation: Incarnation<Command, State, Reply> | undefined;
  /** The persistence id, always the same. */
  #id: string | undefined;
  /** Gives back the id that it has taken. */
  #release: (() => void) | undefined;
  #asleep = false;
  #working: Promise<void> | undefined;
  /** Why it takes no more commands. */
  #closed: ActorError | undefined;
  #stopped = false;

  /** Begins to recover. What `create` throws, and an actor that is none, is thrown at once. */
  constructor(
    name: string,
    create: Create<Command, State, Reply>,
    manner: Manner,
    persistence: PersistenceOptions,
    shared: Surroundings,
  ) {
    this.#name = name;
    this.#create = create;
    this.#manner = manner;
    this.#persistence = persistence;
    this.#shared = shared;
    const first = this.#created();
    this.#claim(first);
    this.#working = this.#work(first);
  }

  get passivateAfterMs(): number {
    return this.#manner.passivateAfterMs;
  }

  /** Takes a command, or rejects it at once. */
  post(envelope: Envelope<Command, Reply>): void {
    if (this.#closed) return envelope.reject(this.#closed);
    const { mailboxSize } = this.#manner;
    if (this.#mailbox.length >= mailboxSize) {
      return envelope.reject(this.#error('mailbox-full', `has ${mailboxSize} commands waiting`));
    }
    this.#mailbox.push(envelope);
    this.#working ??= this.#work();
  }

  /** Stops behind the commands that were taken; `why` is what later ones are told. */
  async stop(why: 'stopped' | 'terminated'): Promise<void> {
    this.#closed ??= this.#error(why, 'was stopped');
    if (!this.#stopped) this.#working ??= this.#work();
    await this.#working;
  }

  passivate(): void {
    this.#leave();
    this.#asleep = true;
  }

  async #work(first?: Incarnation<Command, State, Reply>): Promise<void> {
    this.#shared.passivation.busy(this);
    // Whoever has sent the command goes on before it is handled.
    await undefined;
    try {
      while (this.#hasWork()) {
        if (!this.#incarnation) await this.#recover(first);
        first = undefined;
        await this.#handleNext();
      }
    } catch (error) {
      // Not even its failing went as it should.
      this.#end(this.#error('stopped', 'was stopped', error));
    }
    this.#working = undefined;
    if (this.#closed) this.#end(this.#closed);
    if (this.#incarnation) this.#shared.passivation.idle(this);
    else this.#shared.passivation.gone();
  }

  /** There is a command, or somebody has to take the place of one who failed. */
  #hasWork(): boolean {
    const isComplete = this.#incarnation || this.#asleep || this.#closed;
    return !this.#stopped && (this.#mailbox.length > 0 || !isComplete);
  }

  /**
   * Puts an incarnation in the place of none. What fails with what may pass leaves it asleep, unless
   * the actor is to be stopped, by its own wish or by what its events have met.
   */
  async #recover(first: Incarnation<Command, State, Reply> | undefined): Promise<void> {
    let next = first;
    let incarnation = first;
    let stops = false;
    const passes = (error: unknown): boolean => !stops && mayPass(error);
    const begin = async (): Promise<void> => {
      incarnation = next;
      next = undefined;
      if (!incarnation) this.#claim((incarnation = this.#created()));
      const outcome = await this.#begin(incarnation);
      stops = outcome?.verdict === 'stops';
      if (outcome && 'error' in outcome) throw outcome.error;
    };
    try {
      await patiently(begin, PAUSES_MS, passes);
    } catch (error) {
      const why = this.#error('not-recovered', 'was not recovered', error);
      const sleeps = passes(error);
      if (!sleeps) this.#closed = why;
      if (incarnation) await incarnation.unrecovered(error);
      else complain(`${JSON.stringify(this.#name)} was not recovered:`, error);
      if (sleeps) this.#sleep(why);
      else this.#end(why);
    }
  }

  /** Nothing comes of one that was told to stop before its turn to recover, with no command waiting. */
  async #begin(incarnation: Incarnation<Command, State, Reply>): Promise<Outcome<Reply> | undefined> {
    const isRecovered = await this.#shared.recoveries.run(async () => {
      const isWanted = this.#hasWork();
      if (isWanted) await incarnation.recover();
      return isWanted;
    });
    if (!isRecovered) return undefined;
    const outcome = await incarnation.recovered();
    if ('error' in outcome) return outcome;
    this.#incarnation = incarnation;
    this.#asleep = false;
    this.#heed(outcome);
    return outcome;
  }

  #sleep(why: ActorError): void {
    this.#leave();
    this.#asleep = true;
    this.#rejectAll(why);
  }

  async #handleNext(): Promise<void> {
    const envelope = this.#incarnation && this.#mailbox.shift();
    if (!this.#incarnation || !envelope) return;
    try {
      const outcome = await this.#incarnation.handle(envelope.command);
      if ('error' in outcome) envelope.reject(outcome.error);
      else envelope.resolve(outcome.answer);
      this.#heed(outcome);
    } catch (error) {
      envelope.reject(error);
      throw error;
    }
  }

  /** Goes on, restarts or stops, as the outcome of a turn calls for. */
  #heed(outcome: Outcome<Reply>): void {
    const { failurePolicy } = this.#manner;
    const { verdict } = outcome;
    if (verdict === 'goes-on' || (verdict === 'failed' && failurePolicy === 'resume')) return;
    if (verdict === 'stops' || failurePolicy === 'stop') {
      const cause = 'error' in outcome ? outcome.error : undefined;
      return this.#end(this.#error('stopped', 'was stopped', cause));
    }
    this.#incarnation = undefined;
  }

  #end(why: ActorError): void {
    if (this.#stopped) return;
    this.#closed = why;
    this.#stopped = true;
    this.#leave();
    this.#rejectAll(why);
    this.#shared.stopped(this.#name);
  }

  /** It is in memory no more, and its id is another's to take. */
  #leave(): void {
    this.#incarnation = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  #rejectAll(why: ActorError): void {
    for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) next.reject(why);
  }

  /** In the place of the one before, if there was one. */
  #created(): Incarnation<Command, State, Reply> {
    this.#leave();
    const actor = this.#create();
    check(`spawn: what create returns for ${JSON.stringify(this.#name)}`, actor, isActor);
    check('spawn: persistenceId', actor.persistenceId, isFilled);
    this.#id ??= actor.persistenceId;
    check('spawn: persistenceId', actor.persistenceId, oneOf(this.#id));
    return new Incarnation(actor, this.#persistence);
  }

  #claim({ store, actor: { persistenceId } }: Incarnation<Command, State, Reply>): void {
    this.#release = this.#shared.ids.take(store, persistenceId);
    if (this.#release) return;
    throw this.#error('id-taken', `has the persistence id of another one in memory, ${JSON.stringify(persistenceId)}`);
  }

  #error(code: ActorErrorCode, what: string, cause?: unknown): ActorError {
    const message = `the actor ${JSON.stringify(this.#name)} ${what}`;
    return cause === undefined
      ? new ActorError(code, message)
      : new ActorError(code, `${message}: ${said(cause)}`, { cause });
  }
}

const extendsActor = must('a PersistentActor or a DurableStateActor', (value) => value instanceof Actor);
const isComplete = hasMethods('an actor', 'initialState', 'onCommand');
const isActor: Check = (value) => extendsActor(value) ?? isComplete(value);
