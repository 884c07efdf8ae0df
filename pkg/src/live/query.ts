import { JournalError, type Journal, type PersistentEvent, type TagFilter } from 'actor-journal';

/** The events of one stream. */
export interface StreamQuery {
  /** The persistence id. */
  readonly id: string;
  /** The first seq, inclusive. Default 1. */
  readonly fromSeq?: number;
  readonly filter?: never;
  readonly fromPosition?: never;
}

/** The events of all streams. */
export interface JournalQuery {
  /** Only those whose tags fit. Default: all. */
  readonly filter?: TagFilter;
  /** Only those behind this position. Default 0, from the start. */
  readonly fromPosition?: number;
  readonly id?: never;
  readonly fromSeq?: never;
}

/** Which events of a journal, in the order of their seqs or positions. */
export type LiveQuery = StreamQuery | JournalQuery;

/** How a reading goes on behind what is there, and what ends it. */
interface Bounds {
  readonly live?: boolean;
  readonly signal: AbortSignal;
}

const OF_STREAM: readonly string[] = ['id', 'fromSeq'];
const OF_JOURNAL: readonly string[] = ['filter', 'fromPosition'];

/**
 * What is in the query, the journal checks.
 *
 * @throws `invalid-argument` for what is no journal, no query, and a name that does not exist, or does not go
 *   with `id`.
 */
export function checkQuery(journal: Journal, query: LiveQuery): void {
  if (typeof (journal as Partial<Journal> | undefined)?.replay !== 'function') throw invalid('a journal is missing');
  if (typeof query !== 'object' || query === null) throw invalid('a query must be an object');
  const names = query.id === undefined ? OF_JOURNAL : OF_STREAM;
  const whose = query.id === undefined ? 'a query without an id' : 'the query of a stream';
  const isKnown = (name: string): boolean => names.includes(name) || Reflect.get(query, name) === undefined;
  const wrong = Object.keys(query).find((name) => !isKnown(name));
  if (wrong !== undefined) throw invalid(`${whose} has no ${JSON.stringify(wrong)}, but ${names.join(' and ')}`);
}

/** What is wrong with how something live was asked for. */
export function invalid(message: string): JournalError {
  return new JournalError('invalid-argument', message);
}

/** The key behind which a query begins: a seq in a stream, else a position. */
export function beginningOf({ fromSeq = 1, fromPosition = 0, id }: LiveQuery): number {
  return id === undefined ? fromPosition : fromSeq - 1;
}

export function keyOf({ id }: LiveQuery, { sequenceNr, position }: PersistentEvent): number {
  return id === undefined ? position : sequenceNr;
}

/** The events of a query behind a key. */
export function eventsBehind<Event>(
  journal: Journal,
  { id, filter }: LiveQuery,
  key: number,
  bounds: Bounds,
): AsyncIterable<PersistentEvent<Event>> {
  if (id !== undefined) return journal.replay<Event>(id, { fromSeq: key + 1, ...bounds });
  const query = { fromPosition: key, ...bounds };
  return filter === undefined ? journal.allEvents<Event>(query) : journal.eventsByTag<Event>(filter, query);
}
