import { ProjectionError } from '../errors.js';
import type { PersistentEvent } from '../types.js';
import { Replaced, type Build, type Builds } from './builds.js';
import type { Item } from './events.js';
import { failed, recourse, skipped } from './failures.js';
import type { ProjectionSettings, SqlStatement } from './types.js';
import { Changes } from './values.js';

/** Events that are applied in one transaction, in which appends wait. */
const MOST_EVENTS = 256;

/** Bytes of statements, likewise. */
const MOST_BYTES = 1 << 20;

/** Says what events change, one after the other, in one transaction of a build. */
export type Turn = (event: PersistentEvent) => Promise<readonly SqlStatement[]> | readonly SqlStatement[];

/** Applies events to builds, and goes on behind those that fail as the projection says. */
export class Applying {
  readonly #builds: Builds;
  readonly #begin: (build: Build) => Turn;
  readonly #settings: ProjectionSettings;
  readonly #signal: AbortSignal;

  /** @param begin is called for each transaction. */
  constructor(builds: Builds, begin: (build: Build) => Turn, settings: ProjectionSettings, signal: AbortSignal) {
    this.#builds = builds;
    this.#begin = begin;
    this.#settings = settings;
    this.#signal = signal;
  }

  /**
   * Applies all events there are up to `end`. Answers where the build is then: elsewhere, where somebody else
   * has gone on with it; nowhere, where it was replaced.
   */
  async take(build: Build, items: readonly Item[], end: number): Promise<Build | undefined> {
    try {
      return await this.#take(build, items, end);
    } catch (error) {
      if (error instanceof Replaced) return undefined;
      throw error;
    }
  }

  async #take(build: Build, items: readonly Item[], end: number): Promise<Build | undefined> {
    for (;;) {
      try {
        return await this.#apply(build, items, end);
      } catch (error) {
        if (!(error instanceof ProjectionError)) throw error;
        const at = items.findIndex(({ event }) => event.position >= error.position);
        const failed = items[at];
        if (!failed) throw error;
        const { position } = failed.event;
        const before = await this.#apply(build, items.slice(0, at), position - 1);
        if (before?.position !== position - 1) return before;
        const behind = await this.#recourse(before, failed, error);
        if (behind?.position !== position) return behind;
        [build, items] = [behind, items.slice(at + 1)];
      }
    }
  }

  /** @throws {@link ProjectionError} for the first event that fails. */
  async #apply(build: Build, items: readonly Item[], end: number): Promise<Build | undefined> {
    let turn = this.#begin(build);
    let changes = new Changes();
    for (const item of items) {
      this.#signal.throwIfAborted();
      await this.#add(changes, turn, item);
      if (changes.count < MOST_EVENTS && changes.size < MOST_BYTES) continue;
      const { position } = item.event;
      const behind = await this.#builds.apply(build, position, changes);
      if (behind?.position !== position) return behind;
      build = behind;
      turn = this.#begin(build);
      changes = new Changes();
    }
    return build.position === end ? build : this.#builds.apply(build, end, changes);
  }

  async #add(changes: Changes, turn: Turn, { event, failure }: Item): Promise<void> {
    try {
      if (failure !== undefined) throw failure;
      changes.add(event.position, await turn(event as PersistentEvent));
    } catch (why) {
      throw failed(this.#settings, event, why);
    }
  }

  async #recourse(build: Build, item: Item, error: ProjectionError): Promise<Build | undefined> {
    const { event } = item;
    const again = () => this.#apply(build, [item], event.position);
    const behind = await recourse(this.#settings, event, error, this.#signal, again);
    return behind === 'skip' ? this.#builds.skip(build, skipped(event, error)) : behind;
  }
}
