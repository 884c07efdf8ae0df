import { check, invalid, isFilled } from '../arguments.js';
import { Cell } from './cell.js';
import { PersistenceExtensionId, type ExtensionId } from './persistence.js';
import type { PersistentActor } from './persistent-actor.js';
import { ActorRef } from './ref.js';

/**
 * Actors that share a journal and a snapshot store.
 *
 * @example
 * ```ts
 * const system = ActorSystem.create('my-app');
 * system.extension(PersistenceExtensionId).configure({
 *   journal: new SqliteJournal({ path: 'events.db', wal: true }),
 *   snapshotStore: new SqliteSnapshotStore({ path: 'events.db' }),
 * });
 * const account = system.spawn(() => new Account('account-1'), 'account-1');
 * const balance = await account.ask<number>({ deposit: 5 });
 * ```
 */
export class ActorSystem {
  readonly name: string;
  readonly #extensions = new Map<ExtensionId<unknown>, unknown>();
  readonly #cells = new Map<string, { stop(): Promise<void> }>();
  #terminated: Promise<void> | undefined;

  private constructor(name: string) {
    this.name = name;
  }

  static create(name: string): ActorSystem {
    check('ActorSystem.create: name', name, isFilled);
    return new ActorSystem(name);
  }

  /** The system's one extension of this id. */
  extension<Extension>(id: ExtensionId<Extension>): Extension {
    if (!this.#extensions.has(id)) this.#extensions.set(id, id.create());
    return this.#extensions.get(id) as Extension;
  }

  /**
   * Starts an actor: it recovers its state, then takes commands, which may be sent at once.
   *
   * @param name of the running actor; free again when it has stopped.
   * @throws when the name is taken, no journal is configured, or the system was terminated.
   */
  spawn<Command, Event, State>(
    create: () => PersistentActor<Command, Event, State>,
    name: string,
  ): ActorRef<Command> {
    check('spawn: name', name, isFilled);
    if (this.#terminated) throw new Error(`the system ${JSON.stringify(this.name)} was terminated`);
    if (this.#cells.has(name)) throw invalid(`spawn: an actor ${JSON.stringify(name)} is running`);
    const { options } = this.extension(PersistenceExtensionId);
    const cell = new Cell(create(), options, () => void this.#cells.delete(name));
    this.#cells.set(name, cell);
    return new ActorRef<Command>(name, (envelope) => cell.post(envelope));
  }

  /**
   * Stops all actors behind the commands that were sent to them. Journal and snapshot store stay
   * open: close them afterwards.
   */
  terminate(): Promise<void> {
    const stopping = [...this.#cells.values()].map((cell) => cell.stop());
    return (this.#terminated ??= Promise.all(stopping).then(() => undefined));
  }
}
