import type { BindingProjection, JournalHandle } from '../binding.js';
import { JournalError } from '../errors.js';
import type { Use } from '../journal-live.js';
import type { SkippedEvent, SqlParam } from './types.js';
import { packParams, unpackRows, type Changes, type Rows } from './values.js';

/** One making of a projection's tables, and the last position of which it knows. */
export interface Build {
  readonly number: number;
  readonly position: number;
}

/** Skipped events that are asked for at once. */
const PAGE = 1000;

/**
 * The builds of a projection in the journal's database. Whatever moves one says where it was: a call that is
 * repeated, because its answer was lost, finds it moved and changes nothing.
 */
export class Builds {
  readonly #use: Use;
  readonly #projection: BindingProjection;
  readonly #create: string;

  constructor(use: Use, projection: BindingProjection, create: string) {
    this.#use = use;
    this.#projection = projection;
    this.#create = create;
  }

  /** The build that stands, made where there is none; another one beside it where it is to be made anew. */
  async begin(anew: boolean): Promise<Build> {
    return (await this.#moved((handle) => handle.beginProjection(this.#projection, this.#create, anew)))!;
  }

  /** In one transaction, behind which the build knows of everything up to `end`; answers where it is then. */
  apply({ number, position }: Build, end: number, changes: Changes): Promise<Build | undefined> {
    return this.#moved((handle) => handle.applyChanges(this.#projection, number, position, end, changes.packed()));
  }

  skip({ number, position }: Build, event: SkippedEvent): Promise<Build | undefined> {
    return this.#moved((handle) => handle.skipEvent(this.#projection, number, position, event));
  }

  /** @throws `integrity` where events were compacted: a build that is made anew would be without them. */
  checkUncompacted(): Promise<void> {
    return this.#use((handle) => handle.checkUncompacted(this.#projection));
  }

  /** Whether it has taken the place of the one that stands, which may have come further. */
  swap({ number }: Build): Promise<boolean> {
    return this.#use((handle) => handle.swapProjection(this.#projection, number));
  }

  /**
   * The rows of the build that stands, or of another one.
   *
   * @throws {@link Replaced}
   */
  async query(sql: string, params: readonly SqlParam[], build?: Build): Promise<Rows> {
    const packed = packParams(params);
    const rows = await this.#use((handle) => handle.queryProjection(this.#projection, build?.number, sql, packed));
    if (rows.length === 0) throw new Replaced();
    return unpackRows(rows);
  }

  /** Those that are kept, in position order. */
  async skipped(): Promise<SkippedEvent[]> {
    const skipped: SkippedEvent[] = [];
    for (;;) {
      const after = skipped.at(-1)?.position ?? 0;
      const page = await this.#use((handle) => handle.skippedEvents(this.#projection, after, PAGE));
      const events = JSON.parse(page) as SkippedEvent[];
      skipped.push(...events);
      if (events.length < PAGE) return skipped;
    }
  }

  async #moved(call: (handle: JournalHandle) => Promise<ArrayLike<number>>): Promise<Build | undefined> {
    const { 0: number, 1: position } = await this.#use(call);
    return number === undefined || position === undefined ? undefined : { number, position };
  }
}

/** The build is gone. */
export class Replaced extends JournalError {
  constructor() {
    super('busy', 'another rebuild of the projection has begun');
  }
}
