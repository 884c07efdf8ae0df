import { check, isCount, isObject, must } from '../arguments.js';
import { JournalError, ProjectionError, said, type JournalErrorCode } from '../errors.js';
import type { PersistentEvent } from '../types.js';
import { Replaced, type Build, type Builds } from './builds.js';
import type { FailedEvent, ProjectionSettings, Recourse, SqlStatement } from './types.js';
import { Changes } from './values.js';

/** Events that are applied in one transaction, in which appends wait. */
const MOST_EVENTS = 256;

/** Bytes of statements, likewise. */
const MOST_BYTES = 1 << 20;

/** An event, or where one is that cannot be read, and why it cannot. */
export interface Item {
  readonly event: FailedEvent;
  readonly failure?: unknown;
}

/** Says what events change, one after the other, in one transaction of a build. */
export type Turn = (event: PersistentEvent) => Promise<readonly SqlStatement[]> | readonly SqlStatement[];

/** What an event is to be blamed for; the rest is the storage's. */
const BLAMED: readonly JournalErrorCode[] = [
  'invalid-argument',
  'unencodable',
  'undecodable',
  'unsupported-schema',
  'projection',
];

const isRecourse = must(
  '"stop", "skip" or { retryAfterMs }',
  (value) =>
    value === 'stop' ||
    value === 'skip' ||
    (isObject(value) === undefined && isCount((value as { retryAfterMs: unknown }).retryAfterMs) === undefined),
);

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
      throw failed(event, why);
    }
  }

  async #recourse(build: Build, item: Item, error: ProjectionError): Promise<Build | undefined> {
    const { event } = item;
    for (let attempts = 1; ; attempts++) {
      const recourse = await this.#ask(event, error, attempts);
      if (recourse === 'stop') throw error;
      if (recourse === 'skip') return this.#builds.skip(build, skipped(event, error));
      await pause(recourse.retryAfterMs, this.#signal);
      try {
        return await this.#apply(build, [item], event.position);
      } catch (again) {
        if (!(again instanceof ProjectionError)) throw again;
        error = again;
      }
    }
  }

  async #ask(event: FailedEvent, error: ProjectionError, attempts: number): Promise<Recourse> {
    try {
      const recourse = (await this.#settings.onFailure?.(event, error, attempts)) ?? 'stop';
      check('onFailure: its answer', recourse, isRecourse);
      return recourse;
    } catch (why) {
      throw failed(event, why);
    }
  }
}

function failed({ persistenceId, sequenceNr, position }: FailedEvent, cause: unknown): unknown {
  if (cause instanceof JournalError && !BLAMED.includes(cause.code)) return cause;
  const message = `the projection has failed at position ${position}: ${said(cause)}`;
  return new ProjectionError(message, { cause, persistenceId, sequenceNr, position });
}

function skipped({ persistenceId, sequenceNr, position }: FailedEvent, error: Error) {
  return { persistenceId, sequenceNr, position, error: error.message, timestamp: Date.now() };
}

/** Waits for a time, or until the signal's `reason`, which it throws. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  await ended;
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
}
