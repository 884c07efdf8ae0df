import { check, checkOptions, invalid, isArray, isCount, isPositive, isText, isTexts, isToken } from './arguments.js';
import type { BindingFilter, JournalHandle } from './binding.js';
import { EventChunk, packEntries, type EncodedEntry } from './chunk.js';
import { Payloads, type CodecChoice } from './codec.js';
import { hasCode, JournalError } from './errors.js';
import type { Hub } from './journal-hub.js';
import { Opening } from './opening.js';
import { newToken } from './journal-token.js';
import type {
  AppendOptions,
  EventQuery,
  EventStream,
  Journal,
  JournalEntry,
  PersistentEvent,
  ReplayOptions,
  TagFilter,
} from './types.js';

/** Events, or ids, that are asked for at once. */
const PAGE = 512;

const EVERYTHING: BindingFilter = { all: [], any: [], not: [] };

/** Where a journal's handle comes from and what it is called. */
export interface JournalSource {
  readonly name: string;
  readonly hub: Hub;
  readonly codec: CodecChoice | undefined;
  open(): Promise<JournalHandle>;
}

/** Pages of events, decoded as they are taken: an undecodable one throws behind those before it. */
type Pages<Event> = AsyncGenerator<Iterable<PersistentEvent<Event>>, void, undefined>;

/** The {@link Journal} over a binding's handle: the same for every store and platform. */
export class HandleJournal implements Journal {
  readonly #handle: Opening<JournalHandle>;
  readonly #hub: Hub;
  readonly #payloads: Payloads;

  protected constructor(source: JournalSource) {
    this.#handle = new Opening(source.name, () => source.open());
    this.#hub = source.hub;
    this.#payloads = new Payloads(source.codec);
  }

  get events(): EventStream {
    return this.#hub;
  }

  async append<Event>(
    id: string,
    entries: readonly JournalEntry<Event>[],
    expectedSeq: number,
    options: AppendOptions = {},
  ): Promise<PersistentEvent<Event>[]> {
    check('append: id', id, isText);
    check('append: entries', entries, isArray);
    check('append: expectedSeq', expectedSeq, isCount);
    checkOptions('append', options, { token: isToken });
    // Unlike map(), this does not pass over holes.
    const batch = Array.from(entries, (entry, i) => this.#encode(entry, i));
    const events = this.#readBack(batch);
    const packed = packEntries(batch);
    const token = options.token ?? newToken();
    const ticket = this.#hub.begin();
    let written: () => PersistentEvent[] = () => [];
    try {
      const answer = await this.#handle.use(async (handle) =>
        batch.length === 0 ? [] : handle.append(id, expectedSeq, packed, token),
      );
      written = () => stored(id, batch, this.#readBack(batch), answer);
      return stored(id, batch, events as Event[], answer);
    } catch (error) {
      throw hasCode(error, 'lost') ? lostAppend(error, id, token) : error;
    } finally {
      this.#hub.end(ticket, options.token !== undefined, written);
    }
  }

  async read<Event = unknown>(
    id: string,
    fromSeq: number,
    toSeq?: number,
  ): Promise<PersistentEvent<Event>[]> {
    const events: PersistentEvent<Event>[] = [];
    const bounds = toSeq === undefined ? { fromSeq } : { fromSeq, toSeq };
    for await (const page of this.#replayPages<Event>(id, bounds)) events.push(...page);
    return events;
  }

  replay<Event = unknown>(
    id: string,
    options: ReplayOptions = {},
  ): AsyncIterable<PersistentEvent<Event>> {
    return flat(this.#replayPages<Event>(id, options));
  }

  async *#replayPages<Event>(id: string, options: ReplayOptions): Pages<Event> {
    check('replay: id', id, isText);
    checkOptions('replay', options, { fromSeq: isCount, toSeq: isCount, limit: isPositive });
    let { fromSeq = 1, toSeq = Number.MAX_SAFE_INTEGER, limit = Infinity } = options;
    for (let continuing = false; ; continuing = true) {
      const chunk = await this.#chunk((handle) =>
        handle.replayPage(id, fromSeq, toSeq, Math.min(limit, PAGE), continuing),
      );
      yield this.#decode<Event>(chunk);
      limit -= chunk.count;
      if (chunk.last || chunk.count === 0 || limit <= 0) return;
      fromSeq = chunk.seq(chunk.count - 1) + 1;
      toSeq = chunk.through;
    }
  }

  async highestSeq(id: string): Promise<number> {
    check('highestSeq: id', id, isText);
    return this.#handle.use((handle) => handle.highestSeq(id));
  }

  async delete(id: string, toSeq: number): Promise<void> {
    check('delete: id', id, isText);
    check('delete: toSeq', toSeq, isCount);
    await this.#handle.use((handle) => handle.delete(id, toSeq));
  }

  async raiseCompactionMark(id: string, throughSeq: number): Promise<void> {
    check('raiseCompactionMark: id', id, isText);
    check('raiseCompactionMark: throughSeq', throughSeq, isCount);
    await this.#handle.use((handle) => handle.raiseCompactionMark(id, throughSeq));
  }

  async persistenceIds(): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const page = await this.persistenceIdsPaginated(ids.at(-1), PAGE);
      ids.push(...page);
      if (page.length < PAGE) return ids;
    }
  }

  async persistenceIdsPaginated(after: string | undefined, limit: number): Promise<string[]> {
    if (after !== undefined) check('persistenceIdsPaginated: after', after, isText);
    check('persistenceIdsPaginated: limit', limit, isPositive);
    return this.#handle.use((handle) => handle.persistenceIds(after, limit));
  }

  eventsByTag<Event = unknown>(
    filter: TagFilter,
    options: EventQuery = {},
  ): AsyncIterable<PersistentEvent<Event>> {
    return flat(this.#eventPages<Event>('eventsByTag', () => bindingFilter(filter), options));
  }

  allEvents<Event = unknown>(options: EventQuery = {}): AsyncIterable<PersistentEvent<Event>> {
    return flat(this.#eventPages<Event>('allEvents', () => EVERYTHING, options));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async *#eventPages<Event>(
    what: string,
    filterOf: () => BindingFilter,
    options: EventQuery,
  ): Pages<Event> {
    const filter = filterOf();
    checkOptions(what, options, { fromPosition: isCount, limit: isPositive });
    let { fromPosition = 0, limit = Infinity } = options;
    let untilPosition = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const chunk = await this.#chunk((handle) =>
        handle.eventsPage(filter, fromPosition, untilPosition, Math.min(limit, PAGE)),
      );
      yield this.#decode<Event>(chunk);
      limit -= chunk.count;
      if (chunk.last || chunk.count === 0 || limit <= 0) return;
      fromPosition = chunk.position(chunk.count - 1);
      untilPosition = chunk.through;
    }
  }

  async #chunk(page: (handle: JournalHandle) => Promise<Uint8Array>): Promise<EventChunk> {
    return new EventChunk(await this.#handle.use(page));
  }

  #encode(entry: JournalEntry, i: number): EncodedEntry {
    checkOptions(`append: entries[${i}]`, entry, { event: () => undefined, tags: isTexts });
    const payload = this.#payloads.encode(entry.event, `append: entries[${i}].event`);
    return { payload, tags: entry.tags?.length ? [...new Set(entry.tags)] : undefined };
  }

  /** The events of a batch as a replay would decode them, new objects each time. */
  #readBack(batch: readonly EncodedEntry[]): unknown[] {
    return batch.map(({ payload }, i) => this.#payloads.readBack(payload, `append: entries[${i}].event`));
  }

  *#decode<Event>(chunk: EventChunk): Generator<PersistentEvent<Event>, void, undefined> {
    const parsed = this.#payloads.readsJson ? chunk.parsed() : undefined;
    for (let i = 0; i < chunk.count; i++) {
      const [id, seq, tags] = [chunk.id(i), chunk.seq(i), chunk.tags(i)];
      const event = parsed ? parsed[i] : this.#payloads.decode(chunk.payload(i), id, seq);
      yield {
        persistenceId: id,
        sequenceNr: seq,
        position: chunk.position(i),
        event: event as Event,
        timestamp: chunk.timestamp(i),
        ...(tags && { tags }),
      };
    }
  }
}

/** What a replay of a batch would return, now that it has its places. */
function stored<Event>(
  persistenceId: string,
  batch: readonly EncodedEntry[],
  events: readonly Event[],
  [firstSeq = 0, firstPosition = 0, timestamp = 0]: readonly number[],
): PersistentEvent<Event>[] {
  return batch.map(({ tags }, i) => ({
    persistenceId,
    sequenceNr: firstSeq + i,
    position: firstPosition + i,
    event: events[i] as Event,
    timestamp,
    ...(tags && { tags: [...tags] }),
  }));
}

function lostAppend(cause: JournalError, persistenceId: string, token: string): JournalError {
  return new JournalError('lost', cause.message, { cause, persistenceId, token });
}

async function* flat<Event>(
  pages: Pages<Event>,
): AsyncGenerator<PersistentEvent<Event>, void, undefined> {
  for await (const page of pages) {
    for (const event of page) yield event;
  }
}

function bindingFilter(filter: TagFilter): BindingFilter {
  if (typeof filter === 'string') return { all: [filter], any: [], not: [] };
  checkOptions('eventsByTag: filter', filter, { all: isTexts, any: isTexts, not: isTexts });
  const { all = [], any = [], not = [] } = filter;
  if (all.length + any.length + not.length === 0) throw invalid('eventsByTag: the filter asks nothing');
  return { all: [...all], any: [...any], not: [...not] };
}
