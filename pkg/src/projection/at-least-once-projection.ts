import { check, hasMethods, isFunction } from '../arguments.js';
import { JournalError, ProjectionError } from '../errors.js';
import { insideOf } from '../journal.js';
import { Opening } from '../opening.js';
import type { EventQuery, Journal, PersistentEvent, TagFilter } from '../types.js';
import type { DurableStateStore } from '../types-durable.js';
import { Events, type Item, type Page } from './events.js';
import { failed, failedAt, recourse, skipped } from './failures.js';
import { load, Progress } from './progress.js';
import { checkSettings } from './settings.js';
import type { ProjectionSettings, SkippedEvent } from './types.js';

/** What is done with events, for {@link AtLeastOnceProjection}. */
export interface AtLeastOnce<Event = unknown> extends ProjectionSettings<Event> {
  /**
   * Deals with one event, in position order, each behind the one before. After a crash the last ones come again:
   * their `position` tells those that were dealt with from the others.
   */
  apply(event: PersistentEvent<Event>): void | Promise<void>;
}

const isJournal = hasMethods('a journal', 'allEvents', 'eventsByTag', 'lastPosition');
const isStore = hasMethods('a durable state store', 'load', 'save');

/**
 * Calls a handler with each event of any journal at least once, and keeps its position in a durable state store,
 * under its name. For what is made of events elsewhere than in the journal's database; there
 * {@link SqliteProjection} makes each count exactly once.
 *
 * One runs it at a time, {@link run} or {@link catchUp}, of this object or of another one of its name: where
 * another one does as well, saving the position is a `conflict`, which ends it.
 *
 * Events that were compacted before it has come to them are not dealt with. With actors that compact their
 * history (`retention`), one that begins knows of what is left alone.
 *
 * Where an older copy of the journal was restored, the position that was noted may lie behind its end: then
 * nothing is dealt with, so that none of the events that are appended there is passed over. To go on, delete the
 * position from the store, and be told again of everything that is left, or take another name.
 *
 * An event that the codec cannot read can be passed over in the journals of this package alone: of another one's it
 * is an error.
 *
 * @example
 * ```ts
 * const mails = new AtLeastOnceProjection<Ordered>(journal, new SqliteDurableStateStore({ path }), {
 *   name: 'mails',
 *   filter: 'ordered',
 *   apply: ({ event, position }) => send(event, { idempotencyKey: position }),
 *   onFailure: (event, error, attempts) => ({ retryAfterMs: Math.min(60_000, 100 * 2 ** attempts) }),
 * });
 * await mails.run();
 * ```
 */
export class AtLeastOnceProjection<Event = unknown> {
  readonly #journal: Journal;
  readonly #store: DurableStateStore;
  readonly #settings: AtLeastOnce<Event>;
  readonly #opening: Opening<{ close(): Promise<void> }>;
  readonly #ended = new AbortController();

  /** @throws `invalid-argument` for what is wrong, missing or does not exist. */
  constructor(journal: Journal, positions: DurableStateStore, settings: AtLeastOnce<Event>) {
    const what = 'AtLeastOnceProjection';
    check(`${what}: journal`, journal, isJournal);
    check(`${what}: positions`, positions, isStore);
    checkSettings(what, settings, { apply: isFunction });
    check(`${what}: apply`, settings.apply, isFunction);
    this.#journal = journal;
    this.#store = positions;
    this.#settings = settings;
    this.#opening = new Opening(`${what} ${JSON.stringify(settings.name)}`, async () => ({ close: async () => undefined }));
  }

  /** The last position that was noted: up to there, everything is dealt with. */
  position(): Promise<number> {
    return this.#opening.use(async () => (await load(this.#store, this.#settings.name)).position);
  }

  /** The last 1000 events that were passed over, in position order. */
  skipped(): Promise<readonly SkippedEvent[]> {
    return this.#opening.use(async () => (await load(this.#store, this.#settings.name)).skipped);
  }

  /**
   * Deals with what the journal holds now, and answers the position: where the journal ended, whatever the filter
   * passes.
   *
   * @throws {@link ProjectionError} (`projection`) where `apply` fails, or the codec cannot read the event, and
   *   `onFailure` says to stop; `undecodable` or `integrity` in front of an event whose stored bytes were changed
   *   since; `corrupt` where the journal ends before the position that was noted; what the
   *   journal and the store report.
   */
  catchUp(): Promise<number> {
    return this.#opening.use(() => this.#follow(false));
  }

  /**
   * Deals with what the journal holds, and with what is appended, until the projection is closed.
   *
   * @throws as {@link catchUp}, and `closed` when the journal is closed.
   */
  async run(): Promise<void> {
    try {
      await this.#opening.use(() => this.#follow(true));
    } catch (error) {
      if (error !== this.#ended.signal.reason) throw error;
    }
  }

  /** Ends what is under way, behind the event at hand. Journal and store stay open. Idempotent. */
  close(): Promise<void> {
    if (!this.#ended.signal.aborted) this.#ended.abort(this.#opening.closed);
    return this.#opening.close();
  }

  async #follow(live: boolean): Promise<number> {
    const progress = await Progress.of(this.#store, this.#settings.name);
    const last = await assertReaches(this.#journal, progress.position);
    try {
      for await (const { items, end } of this.#pages(progress.position, last, live)) {
        for (const item of items) progress.note(item.event.position, await this.#apply(item));
        if (end > progress.position) progress.note(end, []);
      }
    } finally {
      await progress.settled();
    }
    return progress.position;
  }

  #pages(position: number, last: number, live: boolean): AsyncIterable<Page> {
    const { signal } = this.#ended;
    const inside = insideOf(this.#journal);
    if (!inside) return foreign(this.#journal, this.#settings.filter, { fromPosition: position, live, signal }, last);
    const events = new Events(inside, this.#settings, 'AtLeastOnceProjection', signal);
    return live ? events.follow(position) : events.current(position);
  }

  /** Answers what it has passed over. */
  async #apply({ event, failure }: Item): Promise<SkippedEvent[]> {
    const { signal } = this.#ended;
    const attempt = async (): Promise<void> => {
      signal.throwIfAborted();
      if (failure !== undefined) throw failed(this.#settings, event, failure);
      try {
        await this.#settings.apply(event as PersistentEvent<Event>);
      } catch (why) {
        throw failedAt(this.#settings, event, why);
      }
    };
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof ProjectionError)) throw error;
      if ((await recourse(this.#settings, event, error, signal, attempt)) === 'skip') return [skipped(event, error)];
    }
    return [];
  }
}

/** The events of another package's journal, which ended at `last` when this began. */
async function* foreign(
  journal: Journal,
  filter: TagFilter | undefined,
  query: EventQuery,
  last: number,
): AsyncGenerator<Page> {
  const events = filter === undefined ? journal.allEvents(query) : journal.eventsByTag(filter, query);
  for await (const event of events) yield { items: [{ event }], end: event.position };
  // It may have ended without a word because it was told to.
  query.signal?.throwIfAborted();
  if (!query.live) yield { items: [], end: last };
}

/** Positions are never taken back. Answers where the journal ends. */
async function assertReaches(journal: Journal, dealt: number): Promise<number> {
  const end = await journal.lastPosition();
  if (end >= dealt) return end;
  const message = `the journal ends at position ${end}, before ${dealt}, up to which it was read: another one, or an older copy, has taken its place`;
  throw new JournalError('corrupt', message);
}
