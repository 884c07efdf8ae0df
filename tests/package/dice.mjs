/** Pseudo-random whole numbers (mulberry32), the same ones for the same seed. */
export class Dice {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  below(bound) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  }

  /** One of them, in proportion to their weights. */
  pick(weighted) {
    let left = this.below(weighted.reduce((sum, [weight]) => sum + weight, 0));
    return weighted.find(([weight]) => (left -= weight) < 0)[1];
  }
}
