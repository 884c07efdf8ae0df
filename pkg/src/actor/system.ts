import { check, checkOptions, hasMethods, isClass, isFilled, must } from '../arguments.js';
import type { Actor } from './actor.js';
import { Cell, type Surroundings } from './cell.js';
import { ActorError } from './errors.js';
import { Ids } from './ids.js';
import {
  ACTOR_OPTIONS,
  mannerOf,
  SYSTEM_OPTIONS,
  type ActorOptions,
  type ActorSystemOptions,
  type Manner,
} from './options.js';
import { Passivation } from './passivation.js';
import { PersistenceExtensionId, type ExtensionId } from './persistence.js';
import { ActorRef, recipientOf, type Stoppable } from './ref.js';
import { Slots } from './slots.js';
import { within } from './within.js';

const MAX_RECOVERIES = 64;

const isCreate = must(
  "a function that makes the actor, as in spawn(() => new Account('a'), 'a')",
  (value) => typeof value === 'function' && !isClass(value),
);

const isExtensionId = hasMethods('an extension id', 'create');

const isActorOrName = must(
  'an ActorRef or a name',
  (value) => value instanceof ActorRef || typeof value === 'string',
);

/**
 * Actors that share a journal and stores.
 *
 * @example
 * ```ts
 * const system = ActorSystem.create('my-app');
 * system.extension(PersistenceExtensionId).configure({
 *   journal: new SqliteJournal({ path: 'events.db', wal: true }),
 *   snapshotStore: new SqliteSnapshotStore({ path: 'events.db' }),
 * });
 * const account = system.spawn(() => new Account('account-1'), 'account-1');
 * const balance = await account.ask({ deposit: 5 });
 * ```
 */
export class ActorSystem {
  readonly name: string;
  readonly #extensions = new Map<ExtensionId<unknown>, unknown>();
  readonly #cells = new Map<string, Stoppable>();
  readonly #manner: Manner;
  readonly #shared: Surroundings;
  #terminated: Promise<void> | undefined;

  private constructor(name: string, options: ActorSystemOptions) {
    const { maxRecoveries = MAX_RECOVERIES, maxActive = Infinity } = options;
    this.name = name;
    this.#manner = mannerOf(options);
    this.#shared = {
      recoveries: new Slots(maxRecoveries),
      passivation: new Passivation(maxActive),
      ids: new Ids(),
      stopped: (name) => this.#cells.delete(name),
    };
  }

  /** @throws `invalid-argument` for an empty name, or an option that is wrong or does not exist. */
  static create(name: string, options: ActorSystemOptions = {}): ActorSystem {
    check('ActorSystem.create: name', name, isFilled);
    checkOptions('ActorSystem.create', options, SYSTEM_OPTIONS);
    return new ActorSystem(name, options);
  }

  /** How many actors are in memory: those that are neither passivated nor stopped. */
  get active(): number {
    return this.#shared.passivation.residents;
  }

  /**
   * The system's one extension of this id.
   *
   * @throws `invalid-argument` for what is no such id.
   */
  extension<Extension>(id: ExtensionId<Extension>): Extension {
    check('extension: id', id, isExtensionId);
    if (!this.#extensions.has(id)) this.#extensions.set(id, id.create());
    return this.#extensions.get(id) as Extension;
  }

  /**
   * Starts an actor: it recovers its state, then takes commands, which may be sent at once.
   *
   * Of the actors in memory one has a persistence id. One that was passivated has given it back: where
   * another has taken it meanwhile, it does not come back, and its commands are `not-recovered`.
   *
   * @param create makes the actor, now and whenever it is restarted or comes back from passivation.
   * @param name of the running actor; free again when it has stopped.
   * @throws `invalid-argument`; {@link ActorError} `name-taken`, `id-taken`, `no-journal`,
   *   `no-state-store` or `terminated`; what `create` throws.
   */
  spawn<Command, State, Reply>(
    create: () => Actor<Command, State, Reply>,
    name: string,
    options?: ActorOptions,
  ): ActorRef<Command, Reply> {
    check('spawn: create', create, isCreate);
    check('spawn: name', name, isFilled);
    if (options !== undefined) checkOptions('spawn', options, ACTOR_OPTIONS);
    this.#assertFree(name);
    const persistence = this.extension(PersistenceExtensionId).options;
    // Thousands may be asleep: what they have in common is not theirs.
    const manner = options ? mannerOf(options, this.#manner) : this.#manner;
    const cell = new Cell(name, create, manner, persistence, this.#shared);
    this.#cells.set(name, cell);
    return new ActorRef(name, cell);
  }

  /**
   * Stops an actor behind the commands that were sent to it. Does nothing where it is not running.
   *
   * It waits for them as long as they take. An actor that awaits its own end in `onCommand`, or that
   * of one which waits for it, never ends: let it call its own `stop()`, or not await this.
   *
   * @param actor a ref, or the name of an actor of this system.
   * @param timeoutMs how long to wait, at most 2,147,483,647. Default: for ever.
   * @throws {@link ActorError} `timeout`: the actor is still to stop, and its name is not free.
   *   `invalid-argument` for another timeout: nothing is stopped.
   */
  async stop<Command, Reply>(actor: ActorRef<Command, Reply> | string, timeoutMs?: number): Promise<void> {
    check('stop: actor', actor, isActorOrName);
    const cell = typeof actor === 'string' ? this.#cells.get(actor) : recipientOf(actor);
    await within('stop', timeoutMs, async () => cell?.stop('stopped'));
  }

  /**
   * Stops all actors behind the commands that were sent to them. Journal and snapshot store stay
   * open: close them afterwards. It waits as {@link stop} does: no actor may await it.
   *
   * @param timeoutMs how long to wait, at most 2,147,483,647. Default: for ever.
   * @throws {@link ActorError} `timeout`, where an actor is still at a command. Closing the journal then
   *   keeps it from storing anything more. `invalid-argument` for another timeout: nothing is stopped.
   */
  terminate(timeoutMs?: number): Promise<void> {
    return within('terminate', timeoutMs, () => (this.#terminated ??= this.#stopAll()));
  }

  async #stopAll(): Promise<void> {
    await Promise.all(Array.from(this.#cells.values(), (cell) => cell.stop('terminated')));
  }

  #assertFree(name: string): void {
    if (this.#terminated) {
      throw new ActorError('terminated', `the system ${JSON.stringify(this.name)} was terminated`);
    }
    if (this.#cells.has(name)) {
      throw new ActorError('name-taken', `an actor ${JSON.stringify(name)} is running`);
    }
  }
}
