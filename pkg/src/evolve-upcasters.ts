import { check, isObject, listOf, must } from './arguments.js';
import { isPlainObject } from './codec-strict.js';

/**
 * Brings an event, or a state, from one version to the next: a function of the older one, whose
 * parameter may have the type that it had. It changes nothing of what it is given.
 */
export type Upcaster = (older: never) => unknown;

/** An event under the name and in the version that it is to be read as. */
export interface NamedEvent {
  readonly manifest: string;
  /** Default 1. */
  readonly version?: number;
  readonly event: unknown;
}

export const isNamed = must(
  'an object with a manifest',
  (event) => typeof (event as Partial<NamedEvent> | null | undefined)?.manifest === 'string',
);
const areNamed = listOf(isNamed);

/** What an event was replaced by. */
export class Successors {
  readonly events: readonly NamedEvent[];

  /** Made by {@link becomes}. */
  constructor(events: readonly NamedEvent[]) {
    this.events = events;
  }
}

/**
 * What an upcaster returns for an event that is another one today, or several: they are upcast in
 * turn, each from its own version.
 *
 * @throws `invalid-argument` for one without a manifest.
 * @example
 * ```ts
 * const moved = [
 *   ({ from, to, cents }: Moved) =>
 *     becomes(
 *       { manifest: 'withdrawn', event: { account: from, cents } },
 *       { manifest: 'deposited', event: { account: to, cents } },
 *     ),
 * ];
 * ```
 */
export function becomes(...events: readonly NamedEvent[]): Successors {
  check('becomes: events', events, areNamed);
  return new Successors(events);
}

/** The upcaster of an event that means nothing any more: it is read as none. */
export const retired: Upcaster = () => becomes();

/**
 * An upcaster that fills in what the older one lacks: members of the object, and of objects in it, at
 * every depth. Anything else stays as the older one has it: `null` and an array lack nothing.
 *
 * @example
 * ```ts
 * // { limits: { day: 100 } } becomes { limits: { day: 100, week: 500 }, currency: 'EUR' }
 * const opened = [withDefaults({ limits: { week: 500 }, currency: 'EUR' })];
 * ```
 */
export function withDefaults(defaults: object): Upcaster {
  check('withDefaults: defaults', defaults, isObject);
  return (older: unknown) => filled(older, defaults);
}

/** Names come from what is stored: spread and `fromEntries` keep even `__proto__` a member. */
function filled(older: unknown, defaults: unknown): unknown {
  if (!isPlainObject(older) || !isPlainObject(defaults)) return older;
  const members = Object.entries(older).map(([name, value]): [string, unknown] => {
    return [name, Object.hasOwn(defaults, name) ? filled(value, defaults[name]) : value];
  });
  return { ...defaults, ...Object.fromEntries(members) };
}
