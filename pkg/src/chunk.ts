/**
 * The packed format in which events cross from the core to JavaScript: `src/chunk` has it in full.
 * All of it is little-endian, as every machine with a JavaScript engine is.
 */
import type { Payloads } from './codec.js';
import { MAGIC } from './entries.js';
import { JournalError } from './errors.js';
import { persistentEvent } from './chunk-event.js';
import type { Manifest, PersistentEvent } from './types.js';

const LAST = 1;
const ALL_JSON = 2;
const HEADER = 24;
const COLUMNS = 40;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The events of a chunk, up to the first that cannot be decoded, and why it cannot. */
export interface Decoded<Event> {
  readonly events: readonly PersistentEvent<Event>[];
  readonly failure?: unknown;
}

/** The ids, the comma-separated tags and the manifests (`2 deposited`) of a chunk, each once. */
type Strings = [ids: string[], tagLists: string[], manifests: string[]];

/** A chunk of events, its columns read in place. */
export class EventChunk {
  readonly count: number;
  /** Whether nothing follows. */
  readonly last: boolean;
  /** The seq at which the replay, the position at which the query ends. */
  readonly through: number;
  /** Whether each payload alone is valid JSON. */
  readonly #allJson: boolean;
  readonly #seqs: Float64Array;
  readonly #positions: Float64Array;
  readonly #timestamps: Float64Array;
  readonly #idIndexes: Uint32Array;
  readonly #tagIndexes: Uint32Array;
  readonly #manifestIndexes: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #ids: readonly string[];
  readonly #tagLists: readonly string[];
  readonly #manifests: readonly Required<Manifest>[];
  readonly #payloads: Uint8Array;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, byteLength } = aligned(bytes);
    if (byteLength < HEADER) throw malformed('no header');
    const [magic, count = 0, flags = 0, stringsLength = 0] = new Uint32Array(buffer, byteOffset, 4);
    const stringsAt = HEADER + COLUMNS * count;
    const payloadsAt = stringsAt + stringsLength;
    if (magic !== MAGIC) throw malformed('no magic number');
    if (payloadsAt > byteLength) throw malformed('cut short');
    this.count = count;
    this.last = (flags & LAST) !== 0;
    this.#allJson = (flags & ALL_JSON) !== 0;
    this.through = new Float64Array(buffer, byteOffset + 16, 1)[0] ?? 0;
    const columns = byteOffset + HEADER;
    this.#seqs = new Float64Array(buffer, columns, count);
    this.#positions = new Float64Array(buffer, columns + 8 * count, count);
    this.#timestamps = new Float64Array(buffer, columns + 16 * count, count);
    this.#idIndexes = new Uint32Array(buffer, columns + 24 * count, count);
    this.#tagIndexes = new Uint32Array(buffer, columns + 28 * count, count);
    this.#manifestIndexes = new Uint32Array(buffer, columns + 32 * count, count);
    this.#ends = new Uint32Array(buffer, columns + 36 * count, count);
    const strings = new Uint8Array(buffer, byteOffset + stringsAt, stringsLength);
    const [ids, tagLists, manifests] = JSON.parse(decoder.decode(strings)) as Strings;
    this.#ids = ids;
    this.#tagLists = tagLists;
    this.#manifests = manifests.map(readManifest);
    this.#payloads = new Uint8Array(buffer, byteOffset + payloadsAt, byteLength - payloadsAt);
  }

  /** The seq of the last event. */
  get lastSeq(): number {
    return present(this.#seqs[this.count - 1]);
  }

  /** The position of the last event. */
  get lastPosition(): number {
    return this.positionAt(this.count - 1);
  }

  positionAt(index: number): number {
    return present(this.#positions[index]);
  }

  /** The events from an index on, by one `JSON.parse` where that can be. */
  decode<Event>(payloads: Payloads, from = 0): Decoded<Event> {
    const parsed = payloads.readsJson ? this.#parsed() : undefined;
    const tagLists = this.#tagLists.map((tags) => tags.split(','));
    const events: PersistentEvent<Event>[] = [];
    try {
      for (let i = from; i < this.count; i++) {
        const id = present(this.#ids[present(this.#idIndexes[i])]);
        const seq = present(this.#seqs[i]);
        const event = parsed ? parsed[i] : payloads.decode(this.#payload(i), id, seq);
        const tags = found(tagLists, this.#tagIndexes[i]);
        const manifest = found(this.#manifests, this.#manifestIndexes[i]);
        const [position, timestamp] = [present(this.#positions[i]), present(this.#timestamps[i])];
        events.push(persistentEvent(id, seq, position, event as Event, timestamp, tags, manifest));
      }
    } catch (failure) {
      return { events, failure };
    }
    return { events };
  }

  /** The payload's bytes, in place. One byte, a bracket or comma, stands in front of each. */
  #payload(i: number): Uint8Array {
    const start = 1 + (i === 0 ? 0 : present(this.#ends[i - 1]));
    return this.#payloads.subarray(start, present(this.#ends[i]));
  }

  /** `undefined` where payloads must be looked at one by one. */
  #parsed(): unknown[] | undefined {
    if (!this.#allJson) return undefined;
    try {
      const values = JSON.parse(decoder.decode(this.#payloads)) as unknown[];
      return values.length === this.count ? values : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The bytes at an offset where columns of 8 bytes can be read in place. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
}

function readManifest(text: string): Required<Manifest> {
  const space = text.indexOf(' ');
  return { manifest: text.slice(space + 1), version: Number(text.slice(0, space)) };
}

/** What stands at an index that counts from 1; 0 is for nothing. */
function found<T>(items: readonly T[], index: number | undefined): T | undefined {
  return index === 0 ? undefined : present(items[present(index) - 1]);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw malformed('an index out of range');
  return value;
}

function malformed(what: string): JournalError {
  return new JournalError('internal', `malformed chunk of events: ${what}`);
}
