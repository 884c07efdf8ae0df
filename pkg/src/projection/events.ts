import type { BindingFilter } from '../binding.js';
import type { EventChunk } from '../chunk.js';
import type { JournalError } from '../errors.js';
import type { Inside } from '../journal.js';
import { EVERYTHING } from '../journal-pages.js';
import { bindingFilter } from '../journal-queries.js';
import type { FailedEvent, ProjectionSettings } from './types.js';

/** Events that are asked for at once. */
const PAGE = 256;

const never = Number.MAX_SAFE_INTEGER;

/** An event, or where one is that cannot be read, and why it cannot. */
export interface Item {
  readonly event: FailedEvent;
  readonly failure?: unknown;
}

/** Some events, one after the other. */
export interface Page {
  readonly items: readonly Item[];
  /** Up to where everything is known behind them. */
  readonly end: number;
}

/** A page of a query that ends. */
export interface EndingPage extends Page {
  /** Where the query ends. */
  readonly through: number;
  readonly isLast: boolean;
}

/** The events of a journal of this package, for a projection. */
export class Events {
  readonly #inside: Inside;
  readonly #filter: BindingFilter;
  readonly #signal: AbortSignal;

  /**
   * @param what is asking, for messages.
   * @param signal ends what is under way with its `reason`.
   * @throws `invalid-argument` for a wrong filter.
   */
  constructor(inside: Inside, { filter }: ProjectionSettings, what: string, signal: AbortSignal) {
    this.#inside = inside;
    this.#filter = filter === undefined ? EVERYTHING : bindingFilter(filter, what);
    this.#signal = signal;
  }

  /** The first ones behind a position, up to another one or to where the journal ends now. */
  async page(position: number, until = never): Promise<EndingPage> {
    this.#signal.throwIfAborted();
    const chunk = await this.#inside.queries.between(position, until, this.#filter, PAGE);
    return { ...this.#read(chunk, position), through: chunk.through, isLast: chunk.last };
  }

  /** Those behind a position, up to where the journal ends now. */
  async *current(position: number): AsyncGenerator<Page, void, undefined> {
    for (let until = never; position < until; ) {
      const page = await this.page(position, until);
      [position, until] = [page.end, page.through];
      yield page;
    }
  }

  /** Those behind a position, and those that come. */
  async *follow(position: number): AsyncGenerator<Page, void, undefined> {
    // A signal that has aborted tells nobody any more.
    this.#signal.throwIfAborted();
    const { queries } = this.#inside;
    const live = queries.begin();
    const goOn = live.endBy(this.#signal);
    try {
      for await (const chunk of queries.follow(live, position, this.#filter)) {
        const page = this.#read(chunk, position);
        yield page;
        position = page.end;
      }
    } finally {
      goOn();
    }
  }

  #read(chunk: EventChunk, position: number): Page {
    const isEnd = chunk.last || chunk.count === 0;
    return { items: this.#items(chunk), end: isEnd ? Math.max(chunk.through, position) : chunk.lastPosition };
  }

  #items(chunk: EventChunk): Item[] {
    const items: Item[] = [];
    while (items.length < chunk.count) {
      const { events, failure } = chunk.decode(this.#inside.payloads, items.length);
      items.push(...events.map((event) => ({ event })));
      if (failure === undefined) break;
      const { persistenceId = '', sequenceNr = 0 } = failure as JournalError;
      items.push({ event: { persistenceId, sequenceNr, position: chunk.positionAt(items.length) }, failure });
    }
    return items;
  }
}
