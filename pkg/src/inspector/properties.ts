import { JournalError } from '../errors.js';
import { hasMethods } from '../live/shape.js';

type Kind = [what: string, holds: (value: unknown) => boolean];

const isFunction = (value: unknown): boolean => typeof value === 'function';

const has = (...methods: string[]) => (value: unknown): boolean => hasMethods(value, ...methods);

/** What the properties of the element hold. */
const KINDS = {
  journal: ['a Journal', has('replay', 'allEvents', 'eventsByTag', 'highestSeq', 'persistenceIdsPaginated')],
  snapshotStore: ['a SnapshotStore', has('load', 'loadLatest', 'loadBefore')],
  fold: ['a fold, with apply(), or a function', (value) => isFunction(value) || has('apply')(value)],
  restore: ['a function', isFunction],
} satisfies Record<string, Kind>;

/** Properties that may have been set before the element was defined. */
export const PROPERTIES = Object.keys(KINDS) as (keyof typeof KINDS)[];

/**
 * Answers the value, or nothing for `null`.
 *
 * @throws `invalid-argument` for what the property does not hold.
 */
export function held<Value>(name: keyof typeof KINDS, value: Value | null | undefined): Value | undefined {
  const [what, holds]: Kind = KINDS[name];
  if (value === null || value === undefined) return undefined;
  if (!holds(value)) throw new JournalError('invalid-argument', `journal-inspector: ${name} must be ${what}`);
  return value;
}
