import { check, checkOptions, hasMethods, isBoolean, isCount, isPositive, isText } from './arguments.js';
import { isFilter } from './arguments-tags.js';
import type { BindingFilter, JournalHandle } from './binding.js';
import { EventChunk } from './chunk.js';
import type { Payloads } from './codec.js';
import { itemsOf, type Pages } from './journal-iterator.js';
import { Live, type AskLive, type LivePage, type Release, type Use } from './journal-live.js';
import { EVERYTHING, PAGE } from './journal-pages.js';
import type { EventQuery, IdsQuery, PersistentEvent, ReplayOptions, TagFilter } from './types.js';

/** Asks for at most `limit` events behind a chunk, or for the first ones. */
type Ask = (handle: JournalHandle, limit: number, behind?: EventChunk) => Promise<Uint8Array>;

/** How one query is asked for: as a list that ends, and live. */
interface Asked {
  readonly current: Ask;
  readonly live: AskLive<EventChunk>;
}

/** Some ids, and how many there are up to their end. */
interface IdsPage extends LivePage {
  readonly ids: readonly string[];
  readonly end: number;
}

const never = Number.MAX_SAFE_INTEGER;

const isSignal = hasMethods('an AbortSignal', 'throwIfAborted');

const LIVE = { live: isBoolean, signal: isSignal };

/** How the events of a journal are read. */
export class Queries {
  readonly #use: Use;
  readonly #release: Release;
  readonly #assertOpen: () => void;
  readonly #payloads: Payloads;
  /** Those under way. One that never was is nobody's to end. */
  readonly #live = new Set<Live>();

  /** @param assertOpen throws where the journal is closed. */
  constructor(use: Use, release: Release, assertOpen: () => void, payloads: Payloads) {
    this.#use = use;
    this.#release = release;
    this.#assertOpen = assertOpen;
    this.#payloads = payloads;
  }

  replay<Event>(id: string, options: ReplayOptions): AsyncIterable<PersistentEvent<Event>> {
    return this.#events(options, () => asksStream(id, options));
  }

  async read<Event>(id: string, options: ReplayOptions): Promise<PersistentEvent<Event>[]> {
    const events: PersistentEvent<Event>[] = [];
    for await (const page of this.#pages<Event>(options, () => asksStream(id, options))) events.push(...page);
    return events;
  }

  byTag<Event>(filter: TagFilter, options: EventQuery): AsyncIterable<PersistentEvent<Event>> {
    return this.#filtered('eventsByTag', () => bindingFilter(filter), options);
  }

  all<Event>(options: EventQuery): AsyncIterable<PersistentEvent<Event>> {
    return this.#filtered('allEvents', () => EVERYTHING, options);
  }

  ids(options: IdsQuery): AsyncIterable<string> {
    return itemsOf(() => {
      const live = this.begin();
      return { pages: this.#liveIds(live, options), end: () => live.end() };
    });
  }

  /** The position at which the journal ends. */
  end(): Promise<number> {
    return this.#use((handle) => handle.lastPosition());
  }

  /** The first events behind a position, up to another one. */
  async between(position: number, until: number, filter = EVERYTHING, limit = PAGE): Promise<EventChunk> {
    return new EventChunk(await this.#use((handle) => handle.eventsPage(filter, position, until, limit)));
  }

  /** A live query, for {@link follow}. */
  begin(): Live {
    return new Live(this.#use, this.#release);
  }

  /** Events behind a position, and those that come, until the query is ended. */
  follow(live: Live, position: number, filter = EVERYTHING): AsyncGenerator<EventChunk, void, undefined> {
    return this.#follow(live, undefined, asksBehind(filter, position));
  }

  /** Ends what waits for events. */
  close(why: unknown): void {
    for (const live of this.#live) live.end(why);
  }

  #filtered<Event>(
    what: string,
    filterOf: () => BindingFilter,
    options: EventQuery,
  ): AsyncIterable<PersistentEvent<Event>> {
    return this.#events(options, () => asksAll(what, filterOf(), options));
  }

  /** Each iteration begins anew; what is wrong with the arguments is told by its first step. */
  #events<Event>(options: ReplayOptions | EventQuery, asked: () => Asked): AsyncIterable<PersistentEvent<Event>> {
    return itemsOf(() => {
      if (options?.live !== true) return { pages: this.#pages<Event>(options, asked) };
      const live = this.begin();
      return { pages: this.#livePages<Event>(live, options, asked), end: () => live.end() };
    });
  }

  /** Pages of at most `limit` events: an undecodable one throws behind those before it. */
  async *#pages<Event>(options: ReplayOptions, asked: () => Asked): Pages<PersistentEvent<Event>> {
    const { current } = asked();
    let { limit = Infinity } = options;
    const { signal } = options;
    let coming: Promise<EventChunk> | undefined = this.#chunk(current, limit);
    while (coming) {
      const chunk: EventChunk = await coming;
      signal?.throwIfAborted();
      limit -= chunk.count;
      const isLast = chunk.last || chunk.count === 0 || limit <= 0;
      // Asked for before the one in front of it is given out, so that it is on its way.
      coming = isLast ? undefined : this.#chunk(current, limit, chunk);
      coming?.catch(() => undefined);
      const { events, failure } = chunk.decode<Event>(this.#payloads);
      yield events;
      if (failure) throw failure;
      if (coming) this.#assertOpen();
    }
  }

  async *#livePages<Event>(
    live: Live,
    options: ReplayOptions,
    asked: () => Asked,
  ): Pages<PersistentEvent<Event>> {
    const { live: ask } = asked();
    let { limit = Infinity } = options;
    for await (const chunk of this.#follow(live, options.signal, ask)) {
      const { events, failure } = chunk.decode<Event>(this.#payloads);
      yield events.length > limit ? events.slice(0, limit) : events;
      limit -= events.length;
      if (limit <= 0) return;
      if (failure) throw failure;
    }
  }

  async *#liveIds(live: Live, options: IdsQuery): Pages<string> {
    checkOptions('livePersistenceIds', options, { skip: isCount, signal: isSignal });
    const { skip = 0, signal } = options;
    for await (const { ids } of this.#follow(live, signal, asksIds(skip))) yield ids;
  }

  async *#follow<Page extends LivePage>(
    live: Live,
    signal: AbortSignal | undefined,
    ask: AskLive<Page>,
  ): AsyncGenerator<Page, void, undefined> {
    this.#assertOpen();
    signal?.throwIfAborted();
    const goOn = signal && live.endBy(signal);
    this.#live.add(live);
    try {
      yield* live.pages(ask);
    } finally {
      this.#live.delete(live);
      goOn?.();
    }
  }

  #chunk(ask: Ask, limit: number, behind?: EventChunk): Promise<EventChunk> {
    const most = Math.min(limit, PAGE);
    return this.#use(async (handle) => new EventChunk(await ask(handle, most, behind)));
  }
}

/** How a stream is asked for. */
function asksStream(id: string, options: ReplayOptions): Asked {
  check('replay: id', id, isText);
  checkOptions('replay', options, { fromSeq: isCount, toSeq: isCount, limit: isPositive, ...LIVE });
  const { fromSeq = 1, toSeq = never } = options;
  return {
    current: (handle, limit, behind) =>
      behind
        ? handle.replayPage(id, behind.lastSeq + 1, behind.through, limit, true)
        : handle.replayPage(id, fromSeq, toSeq, limit, false),
    live: async (handle, number, behind) => {
      const from = behind ? behind.lastSeq + 1 : fromSeq;
      return new EventChunk(await handle.liveReplayPage(id, from, toSeq, behind !== undefined, number));
    },
  };
}

/** How ids are asked for behind the first of them. */
function asksIds(skip: number): AskLive<IdsPage> {
  return async (handle, number, behind) => {
    const start = behind?.end ?? skip;
    const ids = await handle.livePersistenceIdsPage(start, number);
    return { ids, count: ids.length, end: start + ids.length };
  };
}

/** How events are asked for behind a position. */
function asksBehind(filter: BindingFilter, position: number): AskLive<EventChunk> {
  return async (handle, number, behind) =>
    new EventChunk(await handle.liveEventsPage(filter, behind?.lastPosition ?? position, number));
}

/** How the whole journal is asked for. */
function asksAll(what: string, filter: BindingFilter, options: EventQuery): Asked {
  checkOptions(what, options, { fromPosition: isCount, limit: isPositive, ...LIVE });
  const { fromPosition = 0 } = options;
  return {
    current: (handle, limit, behind) =>
      behind
        ? handle.eventsPage(filter, behind.lastPosition, behind.through, limit)
        : handle.eventsPage(filter, fromPosition, never, limit),
    live: asksBehind(filter, fromPosition),
  };
}

export function bindingFilter(filter: TagFilter, what = 'eventsByTag'): BindingFilter {
  check(`${what}: filter`, filter, isFilter);
  if (typeof filter === 'string') return { all: [filter], any: [], not: [] };
  const { all = [], any = [], not = [] } = filter;
  return { all: [...all], any: [...any], not: [...not] };
}
