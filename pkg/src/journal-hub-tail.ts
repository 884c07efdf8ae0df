import type { JournalHandle } from './binding.js';
import { EventChunk } from './chunk.js';
import { HandleGone, JournalError } from './errors.js';
import { attempted, Hub, report, type EventsReader } from './journal-hub.js';
import { EVERYTHING, PAGE } from './journal-pages.js';
import { Opening } from './opening.js';
import type { EventListener, PersistentEvent } from './types.js';

/** A handle of the hub's own, and how what it reads is decoded. */
interface Source extends EventsReader {
  readonly handle: Opening<JournalHandle>;
}

/**
 * Tells what anybody has written, in this page or another one: it reads on behind the last position
 * that it has told whenever there may be more. What this page has appended right behind that
 * position it tells without reading.
 */
export class Tail extends Hub {
  #source: Source | undefined;
  /** The last position that was told. */
  #told: number | undefined;
  #isReading = false;
  /** There may be more than what is being read. */
  #more = false;

  override subscribe(listener: EventListener, reader: EventsReader): () => void {
    const subscription = this.add(listener, Infinity);
    const begin = (position: number): void => {
      if (subscription.since === Infinity) subscription.since = position;
      this.#told ??= position;
      if (this.#more) void this.#read();
    };
    // Where that fails, what this page appends first tells where it began.
    void reader.end().then(begin, () => undefined);
    this.#source ??= this.#sourceOf(reader);
    void this.#listen();
    return () => {
      this.remove(subscription);
      if (!this.isHeard) this.#close();
    };
  }

  override begin(): number {
    return 0;
  }

  override end(_: number, __: boolean, written: () => readonly PersistentEvent[]): void {
    const events = this.isHeard ? attempted(written) : [];
    const [first] = events;
    if (!first) return;
    this.beginAt(first.position - 1);
    this.#told ??= first.position - 1;
    void this.#listen();
    if (first.position === this.#told + 1) this.#tell(events);
    else void this.#read();
  }

  /** Sees to it that others are heard: what failed before, or is gone, is opened again. */
  async #listen(): Promise<void> {
    // Who appends or reads is told what goes wrong.
    await this.#source?.handle.use(async () => undefined).catch(() => undefined);
  }

  #sourceOf(reader: EventsReader): Source {
    const handle = new Opening(reader.name, async () => {
      const open = await reader.open();
      open.watch?.(() => void this.#read());
      if (this.#told !== undefined) void this.#read();
      return open;
    });
    return { ...reader, handle };
  }

  #close(): void {
    this.#source?.handle.close().catch(() => undefined);
    this.#source = undefined;
    this.#told = undefined;
    this.#more = false;
  }

  /** Reads on, and once more where it is asked to meanwhile. What fails is read again the next time. */
  async #read(): Promise<void> {
    this.#more = true;
    if (this.#isReading || this.#told === undefined) return;
    this.#isReading = true;
    try {
      while (this.#more) await this.#readPage();
    } catch (error) {
      this.#more = false;
      if (error instanceof JournalError && error.cause instanceof HandleGone) void this.#listen();
    } finally {
      this.#isReading = false;
    }
  }

  async #readPage(): Promise<void> {
    const [source, told] = [this.#source, this.#told];
    this.#more = false;
    if (!source || told === undefined) return;
    const page = (handle: JournalHandle): Promise<Uint8Array> =>
      handle.eventsPage(EVERYTHING, told, Number.MAX_SAFE_INTEGER, PAGE);
    const chunk = new EventChunk(await source.handle.use(page));
    if (source !== this.#source) return;
    const { events, failure } = chunk.decode(source.payloads);
    this.#tell(events);
    if (failure) this.#skip(chunk.positionAt(events.length), failure);
    this.#more ||= failure !== undefined || !chunk.last;
  }

  /** Tells what was not told yet. */
  #tell(events: readonly PersistentEvent[]): void {
    for (const event of events) {
      // A listener may have ended the last subscription.
      if (!this.isHeard || event.position <= (this.#told ?? 0)) continue;
      this.#told = event.position;
      this.announce(event);
    }
  }

  /** An event that cannot be decoded is reported in place of being told. */
  #skip(position: number, failure: unknown): void {
    if (this.#told === undefined || position <= this.#told) return;
    this.#told = position;
    report(failure);
  }
}
