import { asJournalError } from './errors-wire.js';
import { HandleGone, JournalError } from './errors.js';

/** A handle that is opened by its first use and closed once. */
export class Opening<Handle extends { close(): Promise<void> }> {
  readonly #what: string;
  readonly #open: () => Promise<Handle>;
  #inFlight = 0;
  #idle: (() => void) | undefined;
  #handle: Promise<Handle> | undefined;
  #closing: Promise<void> | undefined;

  /** @param what is open, for messages. */
  constructor(what: string, open: () => Promise<Handle>) {
    this.#what = what;
    this.#open = open;
  }

  /** Makes one call on the handle. An open that failed is tried again by the next call. */
  async use<Result>(call: (handle: Handle) => Promise<Result>): Promise<Result> {
    this.assertOpen();
    this.#inFlight++;
    const opened = this.#opened();
    try {
      return await call(await opened);
    } catch (cause) {
      const error = asJournalError(cause);
      // Not the handle that was opened in its place meanwhile.
      if (error.cause instanceof HandleGone && this.#handle === opened) this.#handle = undefined;
      throw error;
    } finally {
      if (--this.#inFlight === 0) this.#idle?.();
    }
  }

  /**
   * Makes a call that lets one in flight end: also while that is waited for, to close.
   *
   * @throws `closed` where nothing is open.
   */
  async release(call: (handle: Handle) => Promise<void>): Promise<void> {
    const handle = await this.#handle;
    if (!handle) throw this.closed;
    await call(handle);
  }

  /** @throws `closed` */
  assertOpen(): void {
    if (this.#closing) throw this.closed;
  }

  /** The error of a call behind {@link close}. */
  get closed(): JournalError {
    return new JournalError('closed', `${this.#what} is closed`);
  }

  /** Waits for the calls in flight, then closes what was opened. */
  close(): Promise<void> {
    return (this.#closing ??= this.#finish());
  }

  #opened(): Promise<Handle> {
    return (this.#handle ??= this.#open().catch((error: unknown) => {
      this.#handle = undefined;
      throw error;
    }));
  }

  async #finish(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((idle) => (this.#idle = idle));
    const handle = await this.#handle;
    try {
      await handle?.close();
    } catch (error) {
      throw asJournalError(error);
    }
  }
}
