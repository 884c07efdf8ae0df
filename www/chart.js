/** The balance over the seqs, drawn behind the slider. */

const SVG = 'http://www.w3.org/2000/svg';

/** The plot's own units: it is stretched to the space there is. */
const WIDTH = 1000;
const HEIGHT = 100;
/** Part of the height that is kept free above the highest balance, in percent. */
const ABOVE = 6;

/** Seqs that are drawn one by one; of more, the lowest and highest of each group are. */
const COLUMNS = 500;

/** @typedef {import('./history.js').History} History */

export class Chart {
  #svg;
  /** The history and the head of it that the line shows. */
  #drawn = { history: undefined, head: -1 };
  #highest = 0;

  /** @param {SVGSVGElement} svg with the shapes of the page's markup. */
  constructor(svg) {
    this.#svg = svg;
  }

  /** The highest balance there ever was. */
  get highest() {
    return this.#highest;
  }

  /**
   * @param {History} history
   * @param {readonly number[]} snapshots seqs
   * @param {number} at the seq that is pointed at
   */
  show(history, snapshots, at) {
    const { head } = history;
    if (this.#drawn.history !== history || this.#drawn.head !== head) this.#plot(history);
    this.#drawn = { history, head };
    this.#point(history, at);
    this.#mark(history, snapshots);
  }

  /** @param {History} history */
  #plot(history) {
    const seqs = drawnSeqs(history);
    this.#highest = Math.max(...seqs.map((seq) => history.stateAt(seq).balance));
    const x = (seq) => (WIDTH * part(seq, history.head)).toFixed(2);
    const y = (seq) => ((HEIGHT * this.#top(history, seq)) / 100).toFixed(2);
    // A step between two seqs: each stands in the middle of its own tread.
    const step = (seq, i) => `H${x((seqs[Math.max(0, i - 1)] + seq) / 2)}V${y(seq)}`;
    const line = `M0 ${y(0)}${seqs.map(step).join('')}H${WIDTH}`;
    this.#shape('.line').setAttribute('d', line);
    this.#shape('.area').setAttribute('d', `${line}V${HEIGHT}H0Z`);
  }

  /** @param {History} history @param {number} at */
  #point(history, at) {
    const x = percent(part(at, history.head));
    const y = `${this.#top(history, at)}%`;
    set(this.#shape('.future'), { x, width: percent(1 - part(at, history.head)) });
    set(this.#shape('.needle'), { x1: x, x2: x, y1: y });
    set(this.#shape('.dot'), { cx: x, cy: y });
  }

  /** @param {History} history @param {readonly number[]} seqs */
  #mark(history, seqs) {
    const marks = seqs.map((seq) => {
      const mark = document.createElementNS(SVG, 'svg');
      set(mark, { x: percent(part(seq, history.head)), y: `${this.#top(history, seq)}%`, overflow: 'visible' });
      const diamond = document.createElementNS(SVG, 'path');
      set(diamond, { d: 'M0-6 6 0 0 6-6 0Z', 'data-seq': seq });
      mark.append(diamond);
      return mark;
    });
    this.#shape('.snapshots').replaceChildren(...marks);
  }

  /** How far from the top the balance at a seq lies, in percent. */
  #top(history, seq) {
    const share = this.#highest > 0 ? history.stateAt(seq).balance / this.#highest : 0;
    return 100 - (100 - ABOVE) * share;
  }

  /** @param {string} selector */
  #shape(selector) {
    return this.#svg.querySelector(selector);
  }
}

/** How far along a seq is. */
function part(seq, head) {
  return head > 0 ? seq / head : 0;
}

function percent(share) {
  return `${(100 * share).toFixed(3)}%`;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/** The seqs that a line of bounded length goes through. @param {History} history */
function drawnSeqs(history) {
  const { head } = history;
  const width = Math.ceil((head + 1) / COLUMNS);
  const seqs = [];
  for (let first = 0; first <= head; first += width) {
    seqs.push(...extremes(history, first, Math.min(head, first + width - 1)));
  }
  return seqs.at(-1) === head ? seqs : [...seqs, head];
}

/** The seqs of the lowest and the highest balance within bounds, in their order. */
function extremes(history, first, last) {
  let [low, high] = [first, first];
  for (let seq = first; seq <= last; seq++) {
    const { balance } = history.stateAt(seq);
    if (balance < history.stateAt(low).balance) low = seq;
    if (balance > history.stateAt(high).balance) high = seq;
  }
  return low === high ? [low] : [low, high].sort((a, b) => a - b);
}
