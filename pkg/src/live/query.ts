import type { Journal, PersistentEvent, TagFilter } from 'actor-journal';
import { invalid, must } from './arguments.js';
import { hasMethods, isObject } from './shape.js';

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
  readonly limit?: number;
  readonly signal: AbortSignal;
}

const OF_STREAM: readonly string[] = ['id', 'fromSeq'];
const OF_JOURNAL: readonly string[] = ['filter', 'fromPosition'];

/**
 * Ids and filters the journal checks.
 *
 * @throws `invalid-argument` for what is no journal, no query, a name that does not exist, or does not go
 *   with `id`, and a key that is no number to begin with.
 */
export function checkQuery(journal: Journal, query: LiveQuery): void {
  must('journal', 'a Journal', journal, hasMethods(journal, 'replay', 'allEvents', 'eventsByTag', 'highestSeq', 'lastPosition'));
  must('query', 'an object', query, isObject(query));
  // An id that is not known yet asks for no other streams.
  must('query: id', 'a string, where it is there', query.id, !('id' in query) || typeof query.id === 'string');
  const names = query.id === undefined ? OF_JOURNAL : OF_STREAM;
  const whose = query.id === undefined ? 'a query without an id' : 'the query of a stream';
  const isKnown = (name: string): boolean => names.includes(name) || Reflect.get(query, name) === undefined;
  const wrong = Object.keys(query).find((name) => !isKnown(name));
  if (wrong !== undefined) throw invalid(`${whose} has no ${JSON.stringify(wrong)}, but ${names.join(' and ')}`);
  checkKey('fromSeq', query.fromSeq, 1);
  checkKey('fromPosition', query.fromPosition, 0);
}

function checkKey(name: string, key: number | undefined, least: number): void {
  const holds = key === undefined || (Number.isSafeInteger(key) && key >= least);
  must(`query: ${name}`, `a safe integer from ${least} on`, key, holds);
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
