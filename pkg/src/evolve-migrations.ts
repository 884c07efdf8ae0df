import { check, checkOptions, invalid, isFilled, isPositive, isValue, must } from './arguments.js';
import type { JournalError } from './errors.js';
import { isNamed, Successors, type NamedEvent, type Upcaster } from './evolve-upcasters.js';
import { unsupported } from './evolve-unsupported.js';
import type { EventAdapter, SnapshotAdapter } from './evolve.js';
import type { JournalEntry, Manifest, PersistentEvent, Snapshot } from './types.js';

/** The names of an actor's events, and how each of them came to its current version. */
export interface Migrations<Event> {
  /** The name an event is stored under: one of those in `upcasters`. */
  manifestOf(event: Event): string;
  /**
   * Of each name its upcasters: from version 1 to 2, from 2 to 3, and so on. The current version
   * is one more than there are.
   */
  readonly upcasters: Readonly<Record<string, readonly Upcaster[]>>;
  /** What an event is that was stored without a manifest. Default: such an event is refused. */
  unnamed?(event: never): NamedEvent;
}

/** The name of an actor's state, and how it came to its current version. */
export interface StateMigrations {
  readonly manifest: string;
  /**
   * From version 1 to 2, from 2 to 3, and so on. The current version is one more than there are.
   * None may return {@link becomes}, nor be {@link retired}: that is `invalid-argument`.
   */
  readonly upcasters: readonly Upcaster[];
  /** The version of a state that was stored without a manifest. Default: it is refused. */
  readonly unnamedVersion?: number;
}

const isFunction = must('a function', (value) => typeof value === 'function');
const isChain = must('an array of functions', (value) => Array.isArray(value) && value.every((item) => !isFunction(item)));
const isChains = must(
  'an object of arrays of functions',
  (value) => typeof value === 'object' && value !== null && Object.values(value).every((chain) => !isChain(chain)),
);

/**
 * An adapter that stores events under a name and a version, and reads those of any older version.
 *
 * What it reads may throw {@link JournalError} `unsupported-schema`: for a name it does not know,
 * and for a version that a newer program has stored; and `invalid-argument` where an upcaster gives
 * nothing or a promise, and where it or `unnamed` gives no event with its manifest, or a version that
 * is no whole number from 1.
 *
 * @example
 * ```ts
 * override eventAdapter() {
 *   return migrations<Event>({
 *     manifestOf: ({ kind }) => kind,
 *     upcasters: {
 *       deposited: [withDefaults({ currency: 'EUR' }), ({ amount, ...rest }: V2) => ({ ...rest, cents: 100 * amount })],
 *       withdrawn: [],
 *       audited: [retired],
 *     },
 *   });
 * }
 * ```
 */
export function migrations<Event>(options: Migrations<Event>): EventAdapter<Event> {
  checkOptions('migrations', options, { manifestOf: isFunction, upcasters: isChains, unnamed: isFunction });
  check('migrations: manifestOf', options.manifestOf, isFunction);
  check('migrations: upcasters', options.upcasters, isChains);
  return new MigratingEvents(options);
}

/**
 * An adapter that stores states under a name and a version, and reads those of any older version.
 * It refuses what it reads as {@link migrations} does.
 *
 * @example
 * ```ts
 * override snapshotAdapter() {
 *   return stateMigrations<State>({ manifest: 'account', upcasters: [withDefaults({ currency: 'EUR' })] });
 * }
 * ```
 */
export function stateMigrations<State>(options: StateMigrations): SnapshotAdapter<State> {
  checkOptions('stateMigrations', options, { manifest: isFilled, upcasters: isChain, unnamedVersion: isPositive });
  check('stateMigrations: manifest', options.manifest, isFilled);
  check('stateMigrations: upcasters', options.upcasters, isChain);
  const { manifest, unnamedVersion } = options;
  const upcasters = heldTo(manifest, options.upcasters);
  return {
    toJournal: (state) => ({ state, manifest, version: upcasters.length + 1 }),
    fromJournal: (stored) => {
      const unnamed = unnamedVersion === undefined ? {} : { manifest, version: unnamedVersion };
      const named = stored.manifest === undefined ? unnamed : stored;
      const steps = stepsFrom(named, named.manifest === manifest ? upcasters : undefined, stored);
      return steps.reduce<unknown>(upcastState, stored.state) as State;
    },
  };
}

function upcastState(state: unknown, upcast: Upcaster): unknown {
  const newer = upcast(state as never);
  if (newer instanceof Successors) throw invalid('stateMigrations: becomes() and retired are for events, and this is a state');
  return newer;
}

class MigratingEvents<Event> implements EventAdapter<Event> {
  readonly #options: Migrations<Event>;
  readonly #chains: ReadonlyMap<string | undefined, readonly Upcaster[]>;

  constructor(options: Migrations<Event>) {
    const chains = Object.entries(options.upcasters);
    this.#options = options;
    this.#chains = new Map(chains.map(([manifest, chain]) => [manifest, heldTo(manifest, chain)]));
  }

  toJournal(event: Event): JournalEntry {
    const manifest = this.#options.manifestOf(event);
    const chain = this.#chains.get(manifest);
    if (!chain) throw invalid(`migrations: there are no upcasters for the manifest ${JSON.stringify(manifest)}`);
    return { event, manifest, version: chain.length + 1 };
  }

  fromJournal(stored: PersistentEvent): readonly Event[] {
    const { unnamed } = this.#options;
    if (stored.manifest !== undefined || !unnamed) return this.#current(stored, stored) as Event[];
    const named = unnamed(stored.event as never);
    check('migrations: what unnamed returns', named, isNamed);
    return this.#current(named, stored) as Event[];
  }

  /** @param ancestors of which it is a successor. */
  #current(
    named: Manifest & { readonly event: unknown },
    stored: PersistentEvent,
    ancestors: readonly string[] = [],
  ): readonly unknown[] {
    let { event } = named;
    for (const upcast of stepsFrom(named, this.#chains.get(named.manifest), stored)) {
      event = upcast(event as never);
      if (!(event instanceof Successors)) continue;
      const line = [...ancestors, spelled(named)];
      return event.events.flatMap((next) => {
        if (line.includes(spelled(next))) throw circular(spelled(next), stored);
        return this.#current(next, stored, line);
      });
    }
    return [event];
  }
}

/** The upcasters of a name, each of which must give something, at once. */
function heldTo(manifest: string, chain: readonly Upcaster[]): readonly Upcaster[] {
  return chain.map((upcast, i) => {
    const place = `migrations: what the upcaster of ${spelled({ manifest, version: i + 1 })} returns`;
    return (older) => {
      const newer = upcast(older);
      check(place, newer, isValue);
      return newer;
    };
  });
}

function spelled({ manifest, version = 1 }: Manifest): string {
  return `version ${version} of ${JSON.stringify(manifest)}`;
}

function circular(event: string, { persistenceId, sequenceNr }: PersistentEvent): JournalError {
  const which = `the event at seq ${sequenceNr} of ${JSON.stringify(persistenceId)}`;
  return invalid(`migrations: ${which} becomes ${event} again and again`);
}

/** The upcasters that bring what is stored to the current version. */
function stepsFrom(
  { manifest, version = 1 }: Manifest,
  chain: readonly Upcaster[] | undefined,
  stored: PersistentEvent | Snapshot,
): readonly Upcaster[] {
  if (manifest === undefined) throw unsupported('has no manifest', stored);
  const name = JSON.stringify(manifest);
  check(`migrations: the version of ${name}`, version, isPositive);
  if (!chain) throw unsupported(`has the manifest ${name} in version ${version}, which is unknown here`, stored);
  const current = chain.length + 1;
  if (version <= current) return chain.slice(version - 1);
  throw unsupported(`has the manifest ${name} in version ${version}, and the newest known here is ${current}`, stored);
}
