/**
 * The packed format in which events cross between the core and JavaScript: `src/chunk` has it
 * in full. All of it is little-endian, as every machine with a JavaScript engine is.
 */
import { JournalError } from './errors.js';

/** `AJC1` in ASCII. */
const MAGIC = 0x3143_4a41;
const LAST = 1;
const ALL_JSON = 2;
const EVENTS_HEADER = 24;
const EVENT_COLUMNS = 36;
const ENTRIES_HEADER = 12;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An entry of an append with its event as the codec wrote it. */
export interface EncodedEntry {
  readonly payload: Uint8Array;
  readonly tags: readonly string[] | undefined;
}

/** Packs the entries of an append into one buffer. */
export function packEntries(entries: readonly EncodedEntry[]): Uint8Array {
  const tags = packTags(entries);
  const tagsAt = ENTRIES_HEADER + 4 * entries.length;
  const payloadsAt = tagsAt + tags.length;
  const total = entries.reduce((sum, entry) => sum + entry.payload.length, payloadsAt);
  const packed = new Uint8Array(total);
  const words = new Uint32Array(packed.buffer, 0, tagsAt / 4);
  words.set([MAGIC, entries.length, tags.length]);
  packed.set(tags, tagsAt);
  let end = payloadsAt;
  entries.forEach(({ payload }, i) => {
    packed.set(payload, end);
    end += payload.length;
    words[3 + i] = end - payloadsAt;
  });
  return packed;
}

function packTags(entries: readonly EncodedEntry[]): Uint8Array {
  if (entries.every((entry) => entry.tags === undefined)) return new Uint8Array();
  return encoder.encode(JSON.stringify(entries.map((entry) => entry.tags ?? null)));
}

/** A chunk of events, its columns read in place. */
export class EventChunk {
  readonly count: number;
  /** Whether nothing follows. */
  readonly last: boolean;
  /** Whether each payload alone is valid JSON. */
  readonly allJson: boolean;
  /** The seq at which the replay, the position at which the query ends. */
  readonly through: number;
  readonly #seqs: Float64Array;
  readonly #positions: Float64Array;
  readonly #timestamps: Float64Array;
  readonly #idIndexes: Uint32Array;
  readonly #tagIndexes: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #ids: readonly string[];
  readonly #tagLists: readonly string[];
  readonly #payloads: Uint8Array;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, byteLength } = aligned(bytes);
    if (byteLength < EVENTS_HEADER) throw malformed('no header');
    const [magic, count = 0, flags = 0, stringsLength = 0] = new Uint32Array(buffer, byteOffset, 4);
    const stringsAt = EVENTS_HEADER + EVENT_COLUMNS * count;
    if (magic !== MAGIC) throw malformed('no magic number');
    if (stringsAt + stringsLength > byteLength) throw malformed('cut short');
    this.count = count;
    this.last = (flags & LAST) !== 0;
    this.allJson = (flags & ALL_JSON) !== 0;
    this.through = new Float64Array(buffer, byteOffset + 16, 1)[0] ?? 0;
    const columns = byteOffset + EVENTS_HEADER;
    this.#seqs = new Float64Array(buffer, columns, count);
    this.#positions = new Float64Array(buffer, columns + 8 * count, count);
    this.#timestamps = new Float64Array(buffer, columns + 16 * count, count);
    this.#idIndexes = new Uint32Array(buffer, columns + 24 * count, count);
    this.#tagIndexes = new Uint32Array(buffer, columns + 28 * count, count);
    this.#ends = new Uint32Array(buffer, columns + 32 * count, count);
    const strings = new Uint8Array(buffer, byteOffset + stringsAt, stringsLength);
    [this.#ids, this.#tagLists] = JSON.parse(decoder.decode(strings)) as [string[], string[]];
    this.#payloads = new Uint8Array(
      buffer,
      byteOffset + stringsAt + stringsLength,
      byteLength - stringsAt - stringsLength,
    );
  }

  id(i: number): string {
    return present(this.#ids[present(this.#idIndexes[i])]);
  }

  seq(i: number): number {
    return present(this.#seqs[i]);
  }

  position(i: number): number {
    return present(this.#positions[i]);
  }

  timestamp(i: number): number {
    return present(this.#timestamps[i]);
  }

  tags(i: number): string[] | undefined {
    const index = present(this.#tagIndexes[i]);
    return index === 0 ? undefined : present(this.#tagLists[index - 1]).split(',');
  }

  /** The payload's bytes, in place. One byte, a bracket or comma, stands in front of each. */
  payload(i: number): Uint8Array {
    const start = 1 + (i === 0 ? 0 : present(this.#ends[i - 1]));
    return this.#payloads.subarray(start, present(this.#ends[i]));
  }

  /** All payloads by one `JSON.parse`; `undefined` where they must be looked at one by one. */
  parsed(): unknown[] | undefined {
    if (!this.allJson) return undefined;
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

function present<T>(value: T | undefined): T {
  if (value === undefined) throw malformed('an index out of range');
  return value;
}

function malformed(what: string): JournalError {
  return new JournalError('internal', `malformed chunk of events: ${what}`);
}
