/** How finely a time is measured. */
const TICKS = 10;

/**
 * Notices when nothing was heard for a time while something is waited for.
 *
 * It counts ticks of its own: of a page that stood still itself, only one goes by before what has
 * arrived meanwhile is heard.
 */
export class Silence {
  readonly #tickMs: number;
  readonly #isWaiting: () => boolean;
  readonly #ask: () => void;
  readonly #over: () => void;
  #ticks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param ms the time; up to a tenth more may go by.
   * @param ask asks for a sign of life.
   * @param over is called when the time is over.
   */
  constructor(ms: number, isWaiting: () => boolean, ask: () => void, over: () => void) {
    this.#tickMs = ms / TICKS;
    this.#isWaiting = isWaiting;
    this.#ask = ask;
    this.#over = over;
  }

  /** Something is waited for. */
  begin(): void {
    this.#timer ??= setTimeout(() => this.#tick(), this.#tickMs);
  }

  heard(): void {
    this.#ticks = 0;
  }

  #tick(): void {
    this.#timer = undefined;
    if (!this.#isWaiting()) return this.heard();
    this.begin();
    if (this.#ticks++ > 0) this.#ask();
    if (this.#ticks <= TICKS) return;
    this.heard();
    this.#over();
  }
}
