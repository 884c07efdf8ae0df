import { check, checkOptions, invalid, isBoolean, isFilled, listOf } from '../arguments.js';
import type { BindingProjection } from '../binding.js';
import { insideOf, type Inside } from '../journal.js';
import { Opening } from '../opening.js';
import type { Journal } from '../types.js';
import { Applying, type Turn } from './applying.js';
import { Builds, type Build } from './builds.js';
import { Events } from './events.js';
import { Runner } from './runner.js';
import type { ProjectionSettings, RebuildOptions, SkippedEvent, SqlParam } from './types.js';
import type { Rows } from './values.js';

/** How a kind of projection makes its tables of events. */
export interface Making {
  readonly what: string;
  readonly tables: readonly string[];
  readonly create: string;
  /** Called for each transaction. */
  begin(builds: Builds, build: Build): Turn;
}

const areTables = listOf(isFilled);

/** What all projections over a journal of this package have in common. */
export class JournalProjection {
  readonly #opening: Opening<Runner>;
  readonly #ended = new AbortController();

  protected constructor(journal: Journal, settings: ProjectionSettings, making: Making) {
    const { what, create, tables } = making;
    check(`${what}: tables`, tables, areTables);
    const projection: BindingProjection = { name: settings.name, tables: [...tables] };
    const inside = assertInside(what, journal);
    const { signal } = this.#ended;
    const events = new Events(inside, settings, what, signal);
    const builds = new Builds(inside.use, projection, create);
    const applying = new Applying(builds, (build) => making.begin(builds, build), settings, signal);
    const runner = new Runner(builds, applying, events);
    this.#opening = new Opening(`${what} ${JSON.stringify(settings.name)}`, async () => {
      await builds.begin(false);
      return runner;
    });
  }

  /** The last position of which the tables know. */
  position(): Promise<number> {
    return this.#opening.use(async ({ builds }) => (await builds.begin(false)).position);
  }

  /**
   * Applies what the journal holds now, and answers the position: where the journal ended, whatever the filter
   * passes.
   *
   * @throws {@link ProjectionError} (`projection`) where an event cannot be applied and `onFailure` says to
   *   stop; the codes of the storage, `lost` among them, and then it can be called again: it goes on from where
   *   the tables are, and nothing is applied twice.
   */
  catchUp(): Promise<number> {
    return this.#opening.use((runner) => runner.catchUp());
  }

  /**
   * Applies what the journal holds, and what is appended, by whomever, until the projection is closed. Any
   * number may run it at the same time, in tabs and processes.
   *
   * @throws as {@link catchUp}, and `closed` when the journal is closed.
   */
  async run(): Promise<void> {
    try {
      await this.#opening.use((runner) => runner.run());
    } catch (error) {
      if (error !== this.#ended.signal.reason) throw error;
    }
  }

  /**
   * Makes the tables anew from the first event on, beside those that stand, which are read and go on
   * meanwhile; then they take their place in one transaction. One that was given up leaves tables that the
   * next one removes.
   *
   * @throws {@link JournalIntegrityError} (`integrity`), with a stream and its compaction mark, where events were
   *   compacted, whatever their tags, and `acceptCompacted` does not say to go on: the tables would be without
   *   them. `busy` where another rebuild of it has begun meanwhile; as {@link catchUp}. What stands goes on.
   */
  async rebuild(options: RebuildOptions = {}): Promise<void> {
    checkOptions('rebuild', options, { acceptCompacted: isBoolean });
    return this.#opening.use((runner) => runner.rebuild(options));
  }

  /** The last 1000 events that were passed over, in position order. */
  skipped(): Promise<SkippedEvent[]> {
    return this.#opening.use(({ builds }) => builds.skipped());
  }

  /** Ends what is under way, behind the transaction at hand. The journal stays open. Idempotent. */
  close(): Promise<void> {
    if (!this.#ended.signal.aborted) this.#ended.abort(this.#opening.closed);
    return this.#opening.close();
  }

  /** The rows of the tables that stand. */
  protected rows(sql: string, params: readonly SqlParam[]): Promise<Rows> {
    return this.#opening.use(({ builds }) => builds.query(sql, params));
  }
}

function assertInside(what: string, journal: Journal): Inside {
  const inside = typeof journal === 'object' && journal !== null ? insideOf(journal) : undefined;
  if (!inside) throw invalid(`${what}: journal must be a SqliteJournal or an InMemoryJournal`);
  return inside;
}

