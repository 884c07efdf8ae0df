/** Seconds that are remembered. */
export const SECONDS = 60;

/** Times of one second that are remembered: of more, any of them. */
const SAMPLES = 200;

/** What has happened in one second. */
export interface Beat {
  events: number;
  /** Milliseconds that each append took, of those that were timed. */
  readonly appends: number[];
}

/** The last minute, by seconds. */
export class Pulse {
  readonly #beats = new Map<number, Beat>();

  /** An event was written. */
  event(now = performance.now()): void {
    this.#at(now).events++;
  }

  /** An append was answered after so many milliseconds. */
  append(milliseconds: number, now = performance.now()): void {
    const { appends } = this.#at(now);
    appends[appends.length < SAMPLES ? appends.length : Math.floor(Math.random() * SAMPLES)] = milliseconds;
  }

  /** The seconds up to the last whole one, oldest first. */
  last(now = performance.now()): Beat[] {
    const end = Math.floor(now / 1000);
    return Array.from({ length: SECONDS }, (_, i) => this.#beats.get(end - SECONDS + i) ?? { events: 0, appends: [] });
  }

  #at(now: number): Beat {
    const second = Math.floor(now / 1000);
    const beat = this.#beats.get(second) ?? { events: 0, appends: [] };
    if (!this.#beats.has(second)) {
      for (const old of this.#beats.keys()) if (old < second - SECONDS) this.#beats.delete(old);
      this.#beats.set(second, beat);
    }
    return beat;
  }
}

/** The value below which a share of the values lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
