import type { DurableStateStore } from '../types-durable.js';
import type { SkippedEvent } from './types.js';

/** How far a projection has come, as a durable state. */
interface Kept {
  readonly position: number;
  /** The last ones. */
  readonly skipped: readonly SkippedEvent[];
}

/** So many events that were passed over are kept. */
const MOST_SKIPPED = 1000;

const NOTHING: Kept = { position: 0, skipped: [] };

export async function load(store: DurableStateStore, name: string): Promise<Kept & { readonly revision: number }> {
  const { revision, state = NOTHING } = await store.load<Kept>(name);
  return { revision, ...state };
}

/**
 * How far a projection has come. It is saved again and again while events are dealt with: none of them waits for
 * it, and those that one saving takes are the most that are dealt with again after a crash.
 */
export class Progress {
  readonly #store: DurableStateStore;
  readonly #name: string;
  #revision: number;
  #kept: Kept;
  #saving: Promise<void> | undefined;
  #failure: { readonly why: unknown } | undefined;

  private constructor(store: DurableStateStore, name: string, { revision, ...kept }: Kept & { readonly revision: number }) {
    this.#store = store;
    this.#name = name;
    this.#revision = revision;
    this.#kept = kept;
  }

  static async of(store: DurableStateStore, name: string): Promise<Progress> {
    return new Progress(store, name, await load(store, name));
  }

  get position(): number {
    return this.#kept.position;
  }

  /** @throws why it could not be saved before. */
  note(position: number, skipped: readonly SkippedEvent[]): void {
    const { skipped: before } = this.#kept;
    this.#kept = { position, skipped: skipped.length === 0 ? before : [...before, ...skipped].slice(-MOST_SKIPPED) };
    this.#assertSaved();
    this.#saving ??= this.#save();
  }

  /** Waits until all of it is saved. */
  async settled(): Promise<void> {
    await this.#saving;
    this.#assertSaved();
  }

  async #save(): Promise<void> {
    try {
      for (let saved: Kept | undefined; saved !== this.#kept; ) {
        saved = this.#kept;
        this.#revision = await this.#store.save(this.#name, this.#revision, saved);
      }
    } catch (why) {
      this.#failure = { why };
    } finally {
      this.#saving = undefined;
    }
  }

  #assertSaved(): void {
    if (this.#failure) throw this.#failure.why;
  }
}
