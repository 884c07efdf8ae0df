import type { JournalHandle } from './binding.js';
import { EventChunk } from './chunk.js';
import { HandleGone, JournalError } from './errors.js';
import { attempted, Hub, report, type EventsReader, type Subscription } from './journal-hub.js';
import { EVERYTHING, PAGE } from './journal-pages.js';
import { Opening } from './opening.js';
import type { EventListener, PersistentEvent } from './types.js';

/** A handle of the hub's own, and how what it reads is decoded. */
interface Source extends EventsReader {
  readonly handle: Opening<JournalHandle>;
}

/** Where a subscription begins, until that is known. */
interface Beginning {
  readonly subscription: Subscription;
  /** Of the appends of this page the first that was begun behind the subscription. */
  readonly first: number;
  /** The first that was begun when the journal's end was known. */
  next: number;
  /** It begins behind this position, or a lower one: where the journal ended, or what was appended since began. */
  position: number;
}

/**
 * Tells what anybody has written, in this page or another one: it reads on behind the last position
 * that it has told whenever there may be more. What this page has appended right behind that
 * position it tells without reading.
 */
export class Tail extends Hub {
  readonly #beginnings = new Set<Beginning>();
  readonly #underWay = new Set<number>();
  #begun = 0;
  #source: Source | undefined;
  /** The last position that was told, to whoever was told least. */
  #told: number | undefined;
  #isReading = false;
  /** There may be more than what is being read. */
  #more = false;

  override subscribe(listener: EventListener, reader: EventsReader): () => void {
    const subscription = this.add(listener, Infinity);
    const beginning: Beginning = { subscription, first: this.#begun, next: Infinity, position: Infinity };
    this.#beginnings.add(beginning);
    const ended = (position: number): void => {
      beginning.next = this.#begun;
      beginning.position = Math.min(beginning.position, position);
      this.#begin();
    };
    // Where that fails, what this page appends first tells where it began.
    void reader.end().then(ended, () => ended(Infinity));
    this.#source ??= this.#sourceOf(reader);
    void this.#listen();
    return () => {
      this.remove(subscription);
      this.#beginnings.delete(beginning);
      if (!this.isHeard) this.#close();
    };
  }

  override begin(): number {
    this.#underWay.add(this.#begun);
    return this.#begun++;
  }

  override end(ticket: number, mayRepeat: boolean, written: () => readonly PersistentEvent[]): void {
    this.#underWay.delete(ticket);
    const events = this.isHeard ? attempted(written) : [];
    const [first] = events;
    for (const beginning of this.#beginnings) {
      if (first && !mayRepeat && ticket >= beginning.first) beginning.position = Math.min(beginning.position, first.position - 1);
    }
    this.#begin();
    if (!first) return;
    void this.#listen();
    if (first.position - 1 === this.#told) this.#tell(events);
    else void this.#read();
  }

  /**
   * Begins what can be. The journal's end may have been read behind appends that were called later:
   * so those are waited for that were under way then.
   */
  #begin(): void {
    for (const beginning of this.#beginnings) {
      const { subscription, first, next, position } = beginning;
      const isOpen = [...this.#underWay].some((ticket) => ticket >= first && ticket < next);
      if (isOpen || next === Infinity || position === Infinity) continue;
      this.#beginnings.delete(beginning);
      subscription.since = position;
      this.#told = Math.min(this.#told ?? position, position);
      void this.#read();
    }
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
    // Somebody has begun further back meanwhile.
    if (this.#told === undefined || this.#told < told) {
      this.#more = true;
      return;
    }
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
      this.announce(event, true);
    }
  }

  /** An event that cannot be decoded is reported in place of being told. */
  #skip(position: number, failure: unknown): void {
    if (this.#told === undefined || position <= this.#told) return;
    this.#told = position;
    report(failure);
  }
}
