import type { BindingFilter } from '../binding.js';
import type { EventChunk } from '../chunk.js';
import type { Payloads } from '../codec.js';
import type { JournalError } from '../errors.js';
import type { Queries } from '../journal-queries.js';
import type { Applying, Item } from './applying.js';
import { Replaced, type Build, type Builds } from './builds.js';

/** Events that are asked for at once. */
const PAGE = 256;

const never = Number.MAX_SAFE_INTEGER;

/** Where the events of a projection come from. */
export interface Events {
  readonly queries: Queries;
  readonly payloads: Payloads;
  readonly filter: BindingFilter;
}

/** Brings the builds of a projection forward. */
export class Runner {
  readonly builds: Builds;
  readonly #applying: Applying;
  readonly #events: Events;
  readonly #signal: AbortSignal;

  /** @param signal ends what is under way with its `reason`. */
  constructor(builds: Builds, applying: Applying, events: Events, signal: AbortSignal) {
    this.builds = builds;
    this.#applying = applying;
    this.#events = events;
    this.#signal = signal;
  }

  /** Up to where the journal ends now; answers the position. */
  async catchUp(): Promise<number> {
    let build = await this.builds.begin(false);
    for (let until = never; build.position < until; ) {
      const chunk = await this.#page(build, until);
      until = chunk.through;
      build = (await this.#take(build, chunk)) ?? (await this.builds.begin(false));
    }
    return build.position;
  }

  /** Follows the journal until it is closed, or the signal says so. */
  async run(): Promise<never> {
    for (;;) await this.#follow(await this.builds.begin(false));
  }

  /** Makes the tables anew, and puts them in the place of those that stand. */
  async rebuild(): Promise<void> {
    let build = await this.builds.begin(true);
    for (;;) {
      const chunk = await this.#page(build, never);
      const behind = await this.#take(build, chunk);
      if (!behind) throw new Replaced();
      build = behind;
      if (chunk.last && (await this.builds.swap(build))) return;
    }
  }

  async close(): Promise<void> {}

  /** Follows the journal until somebody else has gone on with the build. */
  async #follow(build: Build): Promise<void> {
    const { queries, filter } = this.#events;
    // A signal that has aborted tells nobody any more.
    this.#signal.throwIfAborted();
    const live = queries.begin();
    const goOn = live.endBy(this.#signal);
    try {
      for await (const chunk of queries.follow(live, build.position, filter)) {
        const behind = await this.#take(build, chunk);
        if (behind?.position !== endOf(chunk, build)) return;
        build = behind;
      }
    } finally {
      goOn();
    }
  }

  async #page(build: Build, until: number): Promise<EventChunk> {
    this.#signal.throwIfAborted();
    const { queries, filter } = this.#events;
    return queries.between(build.position, until, filter, PAGE);
  }

  #take(build: Build, chunk: EventChunk): Promise<Build | undefined> {
    return this.#applying.take(build, itemsOf(chunk, this.#events.payloads), endOf(chunk, build));
  }
}

/** Of what a build knows behind a chunk. */
function endOf(chunk: EventChunk, { position }: Build): number {
  return chunk.last || chunk.count === 0 ? Math.max(chunk.through, position) : chunk.lastPosition;
}

function itemsOf(chunk: EventChunk, payloads: Payloads): Item[] {
  const items: Item[] = [];
  while (items.length < chunk.count) {
    const { events, failure } = chunk.decode(payloads, items.length);
    items.push(...events.map((event) => ({ event })));
    if (failure === undefined) break;
    const { persistenceId = '', sequenceNr = 0 } = failure as JournalError;
    items.push({ event: { persistenceId, sequenceNr, position: chunk.positionAt(items.length) }, failure });
  }
  return items;
}
