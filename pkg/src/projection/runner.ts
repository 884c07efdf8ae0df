import type { Applying } from './applying.js';
import { Replaced, type Build, type Builds } from './builds.js';
import type { Events, Page } from './events.js';
import type { RebuildOptions } from './types.js';

const never = Number.MAX_SAFE_INTEGER;

/** Brings the builds of a projection forward. */
export class Runner {
  readonly builds: Builds;
  readonly #applying: Applying;
  readonly #events: Events;

  constructor(builds: Builds, applying: Applying, events: Events) {
    this.builds = builds;
    this.#applying = applying;
    this.#events = events;
  }

  /** Up to where the journal ends now; answers the position. */
  async catchUp(): Promise<number> {
    let build = await this.builds.begin(false);
    for (let until = never; build.position < until; ) {
      const page = await this.#events.page(build.position, until);
      until = page.through;
      build = (await this.#take(build, page)) ?? (await this.builds.begin(false));
    }
    return build.position;
  }

  /** Follows the journal until it is closed, or the signal says so. */
  async run(): Promise<never> {
    for (;;) await this.#follow(await this.builds.begin(false));
  }

  /** Makes the tables anew, and puts them in the place of those that stand. */
  async rebuild({ acceptCompacted = false }: RebuildOptions): Promise<void> {
    if (!acceptCompacted) await this.builds.checkUncompacted();
    let build = await this.builds.begin(true);
    for (;;) {
      const page = await this.#events.page(build.position);
      const behind = await this.#take(build, page);
      if (!behind) throw new Replaced();
      build = behind;
      if (!page.isLast) continue;
      if (!acceptCompacted) await this.builds.checkUncompacted();
      if (await this.builds.swap(build)) return;
    }
  }

  async close(): Promise<void> {}

  /** Follows the journal until somebody else has gone on with the build. */
  async #follow(build: Build): Promise<void> {
    for await (const page of this.#events.follow(build.position)) {
      const behind = await this.#take(build, page);
      if (behind?.position !== page.end) return;
      build = behind;
    }
  }

  #take(build: Build, { items, end }: Page): Promise<Build | undefined> {
    return this.#applying.take(build, items, end);
  }
}
