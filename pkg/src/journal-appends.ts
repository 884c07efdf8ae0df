/**
 * Appends that wait at the same time cross as one call: many actors that go on at once cost one
 * crossing and one flush. `src/chunk` has the packed format in full.
 */
import { soon } from '#platform';
import type { BindingError, JournalHandle } from './binding.js';
import { MAGIC } from './entries.js';
import { fromWire } from './errors-wire.js';
import { noteRepeated, TOKEN_BYTES, wasRepeated } from './token.js';

/** One append with its entries packed. */
export interface Append {
  readonly id: string;
  readonly expectedSeq: number;
  readonly token: Uint8Array;
  readonly entries: Uint8Array;
}

/** The first event's seq, position and timestamp. */
export type Place = readonly [seq: number, position: number, timestamp: number];

interface Pending extends Append {
  resolve(place: Place): void;
  reject(error: unknown): void;
}

/** Bytes of entries that are sent without waiting for more: one large buffer is hard to come by. */
const MOST_BYTES = 8 << 20;

const HEADER = 8;
/** The head that is expected, the token, the ends of id and entries. */
const COLUMNS = 8 + TOKEN_BYTES + 4 + 4;
const PLACE = 3 * Float64Array.BYTES_PER_ELEMENT;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A handle with the appends on their way to it. */
export class Appends {
  readonly #handle: JournalHandle;
  #pending: Pending[] = [];
  #bytes = 0;
  #callsUnderWay = 0;

  constructor(handle: JournalHandle) {
    this.#handle = handle;
  }

  /**
   * A lone append waits for the microtasks queued before it, no longer. While a call is under way
   * its commit is waited for anyway: appends gather until it is answered.
   */
  add(append: Append): Promise<Place> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...append, resolve, reject });
      this.#bytes += append.entries.length;
      if (this.#bytes > MOST_BYTES) this.#flush();
      else if (this.#pending.length === 1 && this.#callsUnderWay === 0) queueMicrotask(() => this.#flush());
    });
  }

  /** The handle for other calls, which come behind the appends that were made before them. */
  get handle(): JournalHandle {
    this.#flush();
    return this.#handle;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  #flush(): void {
    const appends = this.#pending;
    if (appends.length === 0) return;
    this.#pending = [];
    this.#bytes = 0;
    this.#callsUnderWay++;
    void this.#send(appends).then(() => {
      // Those who were answered may go on at once: what has gathered lets them come along.
      if (--this.#callsUnderWay === 0 && this.#pending.length > 0) soon(() => this.#flush());
    });
  }

  /** Settles every append, whatever happens. */
  async #send(appends: readonly Pending[]): Promise<void> {
    try {
      settle(appends, await this.#handle.append(packed(appends)));
    } catch (error) {
      for (const { reject } of appends) reject(error);
    }
  }
}

function packed(appends: readonly Append[]): Uint8Array {
  const ids = appends.map(({ id }) => encoder.encode(id));
  const count = appends.length;
  const idsAt = HEADER + COLUMNS * count;
  const bytes = new Uint8Array(appends.reduce((sum, { entries }, i) => sum + entries.length + ids[i]!.length, idsAt));
  new Uint32Array(bytes.buffer, 0, 2).set([MAGIC, count]);
  new Float64Array(bytes.buffer, HEADER, count).set(appends.map(({ expectedSeq }) => expectedSeq));
  appends.forEach(({ token }, i) => bytes.set(token, HEADER + 8 * count + TOKEN_BYTES * i));
  const ends = new Uint32Array(bytes.buffer, HEADER + (8 + TOKEN_BYTES) * count, 2 * count);
  const entriesAt = concatenate(bytes, idsAt, ids, ends.subarray(0, count));
  concatenate(bytes, entriesAt, appends.map(({ entries }) => entries), ends.subarray(count));
  return bytes;
}

/** Puts the pieces one after the other, and answers where they end. */
function concatenate(bytes: Uint8Array, start: number, pieces: readonly Uint8Array[], ends: Uint32Array): number {
  let end = start;
  pieces.forEach((piece, i) => {
    bytes.set(piece, end);
    end += piece.length;
    ends[i] = end - start;
  });
  return end;
}

function settle(appends: readonly Pending[], answers: Uint8Array): void {
  const places = new DataView(answers.buffer, answers.byteOffset);
  const failures = JSON.parse(decoder.decode(answers.subarray(PLACE * appends.length))) as [number, BindingError][];
  const failed = new Map(failures);
  appends.forEach(({ resolve, reject }, i) => {
    const wire = failed.get(i);
    if (wire) {
      const error = fromWire(wire);
      if (wasRepeated(answers)) noteRepeated(error);
      return reject(error);
    }
    const number = (k: number): number => places.getFloat64(PLACE * i + 8 * k, true);
    resolve([number(0), number(1), number(2)]);
  });
}
