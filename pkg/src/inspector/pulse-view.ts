import { Chart } from './chart.js';
import { make, section, set, write } from './markup.js';
import { Pulse, quantile } from './pulse.js';
import { counted, lasting } from './text.js';

/**
 * The last minute: events per second, whoever writes them, and how long the appends of the load take that is
 * generated here. A journal tells of what others have written, not how long it took them.
 */
export class PulseView {
  readonly element: HTMLElement;
  pulse = new Pulse();
  readonly #rate = make('p', { class: 'fact' });
  readonly #time = make('p', { class: 'fact' });
  readonly #events = new Chart('rate', 'Events per second that were written by anybody in the last minute');
  readonly #latency = new Chart('latency', 'Milliseconds an append of the load generated here took in the last minute, median of each second');
  readonly #timed: HTMLElement;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param buttons below the charts. */
  constructor(buttons: HTMLElement) {
    this.#timed = make('div', {}, this.#time, this.#latency.element);
    this.element = section('pulse-pane', 'Last minute', this.#rate, this.#events.element, this.#timed, buttons);
    this.#show();
  }

  /** Forgets what was of another journal. */
  reset(): void {
    this.pulse = new Pulse();
    this.#show();
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#show(), 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #show(): void {
    const beats = this.pulse.last();
    const rates = beats.map(({ events }) => events);
    const most = Math.max(...rates);
    const isQuiet = most === 0;
    write(this.#rate, isQuiet ? 'Nothing was written.' : `Written by anybody: ${counted(rates.at(-1)!)} events per second, at most ${counted(most)}`);
    set(this.#events.element, { hidden: isQuiet });
    this.#events.show(rates);
    const appends = beats.flatMap((beat) => beat.appends);
    this.#timed.hidden = appends.length === 0;
    write(this.#time, `Appends of the load generated here: median ${lasting(quantile(appends, 0.5))}, 99 of 100 below ${lasting(quantile(appends, 0.99))}`);
    this.#latency.show(beats.map((beat) => quantile(beat.appends, 0.5)));
  }
}
