import { ActorError, isConflict, type ActorRef, type ActorSystem, type PersistentActor } from 'actor-journal';

/** How often another writer may be faster. */
const TRIES = 20;

/**
 * An actor that nobody asks anything is put away, and the next command recovers it: so it decides on what
 * any tab has stored by then.
 */
const MANNER = { passivateAfterMs: 1 };

/** Makes a persistent actor. */
export type Create<Command, Event, State, Reply> = () => PersistentActor<Command, Event, State, Reply>;

/** Those that have tenants, by system, name and persistence id. */
const tenancies = new WeakMap<ActorSystem, Map<string, unknown>>();

/** An actor that several use: spawned with the first command, stopped when the last of its tenants leaves. */
export class Tenancy<Command, Reply> {
  readonly #system: ActorSystem;
  readonly #id: string;
  readonly #spawn: () => ActorRef<Command, Reply>;
  readonly #over: () => void;
  #tenants = 0;
  #running: Promise<ActorRef<Command, Reply>> | undefined;
  /** When the one before has stopped: its name is free then. */
  #stopped: Promise<void> = Promise.resolve();

  /** The one of this name and stream. Who names an actor knows its commands. */
  static of<Command, Event, State, Reply>(
    system: ActorSystem,
    create: Create<Command, Event, State, Reply>,
    name: string,
    id: string,
  ): Tenancy<Command, Reply> {
    const named = tenancies.get(system) ?? new Map<string, unknown>();
    tenancies.set(system, named);
    const key = JSON.stringify([name, id]);
    const found = named.get(key) as Tenancy<Command, Reply> | undefined;
    if (found) return found;
    const spawn = (): ActorRef<Command, Reply> => system.spawn(create, name, MANNER);
    const made: Tenancy<Command, Reply> = new Tenancy(system, id, spawn, () => {
      if (named.get(key) === made) named.delete(key);
    });
    named.set(key, made);
    return made;
  }

  private constructor(system: ActorSystem, id: string, spawn: () => ActorRef<Command, Reply>, over: () => void) {
    this.#system = system;
    this.#id = id;
    this.#spawn = spawn;
    this.#over = over;
  }

  /** @returns what ends the stay, to be called once. */
  enter(): () => void {
    this.#tenants++;
    return () => {
      this.#tenants--;
      void this.#leave();
    };
  }

  /** Asks, and again where the actor was gone, or another tab faster: nothing of the command was stored then. */
  async ask(command: Command, timeoutMs?: number): Promise<Reply> {
    for (let left = TRIES; ; left--) {
      const running = (this.#running ??= this.#begin());
      try {
        return await (await running).ask(command, timeoutMs);
      } catch (error) {
        // One in another stream is what the command came to, and the actor has had its answer.
        const isUndone = (isConflict(error) && error.persistenceId === this.#id) || hasCode(error, 'stopped');
        if (isUndone || hasCode(error, 'not-recovered')) this.#stop(running);
        if (!isUndone || left === 0) throw error;
      }
    }
  }

  async #begin(): Promise<ActorRef<Command, Reply>> {
    await this.#stopped;
    try {
      return this.#spawn();
    } catch (error) {
      this.#running = undefined;
      throw error;
    }
  }

  /** Of several that find it gone, one has it replaced. */
  #stop(running: Promise<ActorRef<Command, Reply>>): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    const stop = async (): Promise<void> => this.#system.stop(await running);
    // What was not spawned need not stop.
    this.#stopped = stop().catch(() => undefined);
  }

  async #leave(): Promise<void> {
    // Who leaves and enters in one turn, as React's StrictMode does, finds it running.
    await undefined;
    if (this.#tenants === 0 && this.#running) this.#stop(this.#running);
    await this.#stopped;
    if (this.#tenants === 0) this.#over();
  }
}

function hasCode(error: unknown, code: ActorError['code']): boolean {
  return error instanceof ActorError && error.code === code;
}
