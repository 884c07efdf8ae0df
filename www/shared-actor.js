/** An actor whose stream other tabs write to as well, each through an actor of its own. */

import { isConflict } from 'actor-journal';

/** How often somebody else may be faster. */
const TRIES = 20;

/**
 * An actor that nobody asks anything is put away, and the next command recovers it: so it decides on
 * what any tab has stored by then.
 */
const MANNER = { passivateAfterMs: 1 };

export class SharedActor {
  #system;
  #create;
  #name;
  #actor;

  /**
   * @param {import('actor-journal').ActorSystem} system
   * @param {() => import('actor-journal').PersistentActor} create
   * @param {string} name
   */
  constructor(system, create, name) {
    this.#system = system;
    this.#create = create;
    this.#name = name;
    this.#actor = this.#spawn();
  }

  /** Asks, and again where another tab was faster: what met its event was not stored. */
  async ask(command, timeoutMs) {
    for (let left = TRIES; ; left--) {
      const actor = this.#actor;
      try {
        return await actor.ask(command, timeoutMs);
      } catch (error) {
        if (left === 0 || !wasSlower(error)) throw error;
        await this.#replace(actor);
      }
    }
  }

  /** Of several that ask at the same time, one replaces the actor. */
  async #replace(actor) {
    await this.#system.stop(actor);
    if (this.#actor === actor) this.#actor = this.#spawn();
  }

  #spawn() {
    return this.#system.spawn(this.#create, this.#name, MANNER);
  }
}

/** Its own command met the conflict, or waited behind the one that did. */
function wasSlower(error) {
  return isConflict(error) || (error.code === 'stopped' && isConflict(error.cause));
}
