import { turn } from '../live/turn.js';
import { partsOf, plainText, type Part, type Parts } from './value-text.js';

/** A place at which two values are not the same: absent is not the same as undefined. */
export interface Change {
  readonly path: string;
  readonly before?: { readonly value: unknown };
  readonly after?: { readonly value: unknown };
}

/** Places that are compared before the page gets a turn. */
const STRIDE = 2048;

/** Where two values differ, in the order of their parts: looked for as it is asked for, since there may be millions. */
export class Differences {
  readonly #places: Iterator<Change | undefined>;

  constructor(before: unknown, after: unknown) {
    this.#places = compared('', { value: before }, { value: after });
  }

  /** The next ones: fewer than `count` where there are no more, or the signal ends the search. */
  async next(count: number, signal: AbortSignal): Promise<Change[]> {
    const found: Change[] = [];
    for (let places = 1; found.length < count && !signal.aborted; places++) {
      const { value, done } = this.#places.next();
      if (done) break;
      if (value) found.push(value);
      if (places % STRIDE === 0) await turn();
    }
    return found;
  }
}

/** Each place of both values, with nothing where they are the same. */
function* compared(path: string, before: Change['before'], after: Change['after']): Generator<Change | undefined> {
  // One object stands for what no event has changed.
  if (before && after && Object.is(before.value, after.value)) return yield undefined;
  const [ours, theirs] = [before && partsOf(before.value), after && partsOf(after.value)];
  if (before && after && ours && theirs && isAlike(before.value, after.value)) return yield* within(path, ours, theirs);
  const isPlain = before && after && !ours && !theirs;
  if (isPlain && saySame(before.value, after.value)) return yield undefined;
  yield { path, ...(before && { before }), ...(after && { after }) };
}

function* within(path: string, ours: Parts, theirs: Parts): Generator<Change | undefined> {
  const inner = (name: string): string => (path ? `${path}.${name}` : name);
  for (const [name, value, key] of each(ours)) yield* compared(inner(name), { value }, theirs.at(key));
  for (const [name, value, key] of each(theirs)) {
    if (ours.at(key)) yield undefined;
    else yield* compared(inner(name), undefined, { value });
  }
}

function* each(parts: Parts): Generator<Part> {
  for (let from = 0; from < parts.count; from += STRIDE) yield* parts.slice(from, from + STRIDE);
}

/** Whether two values without parts, such as dates, say the same. Strings that do are one: long ones are told cut off. */
function saySame(one: unknown, other: unknown): boolean {
  return typeof one !== 'string' && plainText(one) === plainText(other);
}

/** Whether both are of one kind, so that their parts can be compared. */
function isAlike(one: unknown, other: unknown): boolean {
  return Object.prototype.toString.call(one) === Object.prototype.toString.call(other);
}
