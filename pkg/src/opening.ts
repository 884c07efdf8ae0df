import { asJournalError } from './errors-wire.js';
import { HandleGone, JournalError } from './errors.js';

/** A handle that is opened by its first use and closed once. */
export class Opening<Handle extends { close(): Promise<void> }> {
  readonly #what: string;
  readonly #open: () => Promise<Handle>;
  readonly #inFlight = new Set<Promise<unknown>>();
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
    const result = this.#call(call);
    this.#inFlight.add(result);
    try {
      return await result;
    } finally {
      this.#inFlight.delete(result);
    }
  }

  /** @throws `closed` */
  assertOpen(): void {
    if (this.#closing) throw new JournalError('closed', `${this.#what} is closed`);
  }

  /** Waits for the calls in flight, then closes what was opened. */
  close(): Promise<void> {
    return (this.#closing ??= this.#finish());
  }

  async #call<Result>(call: (handle: Handle) => Promise<Result>): Promise<Result> {
    try {
      return await call(await this.#opened());
    } catch (cause) {
      const error = asJournalError(cause);
      if (error.cause instanceof HandleGone) this.#handle = undefined;
      throw error;
    }
  }

  #opened(): Promise<Handle> {
    return (this.#handle ??= this.#open().catch((error: unknown) => {
      this.#handle = undefined;
      throw error;
    }));
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#inFlight);
    const handle = await this.#handle;
    try {
      await handle?.close();
    } catch (error) {
      throw asJournalError(error);
    }
  }
}
