import { draw, set } from './markup.js';

const WIDTH = 600;
const HEIGHT = 60;

/** Values over the seconds, as bars. */
export class Chart {
  readonly element: SVGSVGElement;
  readonly #bars = draw('path', { class: 'bars' });
  readonly #label: string;

  constructor(name: string, label: string) {
    this.#label = label;
    const floor = draw('path', { class: 'floor', d: `M0 ${HEIGHT}H${WIDTH}`, 'vector-effect': 'non-scaling-stroke' });
    const shape = { class: `chart ${name}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' };
    this.element = draw('svg', shape, this.#bars, floor);
  }

  /** Draws the values, oldest first, on a scale up to the highest. */
  show(values: readonly number[]): void {
    const most = Math.max(...values);
    const width = WIDTH / values.length;
    const bar = (value: number, i: number): string => {
      const height = ((HEIGHT - 2) * value) / (most || 1);
      return value > 0 ? `M${(i * width).toFixed(1)} ${HEIGHT}v${(-height).toFixed(1)}h${width * 0.8}v${height.toFixed(1)}z` : '';
    };
    set(this.#bars, { d: values.map(bar).join('') });
    set(this.element, { 'aria-label': `${this.#label}: highest ${most.toLocaleString('en', { maximumSignificantDigits: 3 })}` });
  }
}
