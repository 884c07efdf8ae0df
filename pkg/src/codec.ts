import { hasMethods, type Check } from './arguments.js';
import { cbor, isCbor } from './codec-cbor.js';
import { packBytes, packTexts, type AllLabels } from './entries.js';
import { JournalError, said } from './errors.js';
import { assertKept } from './codec-strict.js';

/**
 * Turns events and states into bytes and back.
 *
 * A codec must give back what it was given, or throw: an append reads back what it is about to
 * write. The bytes must not begin with `d9 d9 f7`, the mark of CBOR (RFC 8949, section 3.4.6),
 * unless they are CBOR.
 */
export interface Codec {
  /** Named in errors. */
  readonly name: string;
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/** `'json'` (the default), `'cbor'`, or a codec of one's own. */
export type CodecChoice = 'json' | 'cbor' | Codec;

const isOwnCodec = hasMethods('"json", "cbor" or a codec', 'encode', 'decode');

/** What an option `codec` must be. */
export const isCodec: Check = (value) =>
  value === 'json' || value === 'cbor' ? undefined : isOwnCodec(value);

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const json: Codec = {
  name: 'json',
  encode: (value) => encoder.encode(toJson(value)),
  decode: (bytes) => JSON.parse(decoder.decode(bytes)) as unknown,
};

function toJson(value: unknown): string {
  assertKept(value, 'JSON');
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('$ has a toJSON() that gives nothing');
  return text;
}

/**
 * JSON text, so that the `sqlite3` program and every language can read it.
 *
 * It refuses values that JSON would change: `undefined` (but for an object's property, which is
 * left out, as TypeScript's optional properties are), `NaN`, infinities, `-0`, `BigInt`, `Map`,
 * `Set`, `Date`, typed arrays, instances of classes, functions, symbols, holes, cycles, half
 * surrogate pairs, and more than 100 levels. The error is `unencodable` with the path of the
 * value, as in `$.items[3].price`. Integers beyond 2^53 that a Rust program wrote are rounded when they
 * are read, by `JSON.parse`; {@link cborCodec} keeps them, as `BigInt`.
 */
export function jsonCodec(): Codec {
  return json;
}

/**
 * CBOR (RFC 8949) with its self-describing prefix. Beyond JSON it keeps `undefined`, `NaN`,
 * infinities, `-0`, `Uint8Array`, `Date`, `Map`, `Set` and `BigInt`; what it does not keep it
 * refuses as {@link jsonCodec} does, but for properties added to a `Uint8Array`, which are dropped.
 *
 * @example
 * ```ts
 * const journal = new SqliteJournal({ path: 'events.db', codec: 'cbor' });
 * ```
 */
export function cborCodec(): Codec {
  return cbor;
}

/** The codec of a journal or store: writes with one, reads what any of them wrote. */
export class Payloads {
  readonly #codec: Codec;

  constructor(choice: CodecChoice = 'json') {
    this.#codec = choice === 'json' ? json : choice === 'cbor' ? cbor : choice;
  }

  /** Whether payloads without CBOR's mark are JSON. */
  get readsJson(): boolean {
    return this.#codec === json || this.#codec === cbor;
  }

  /**
   * @param what is encoded, for messages.
   * @throws `unencodable`
   */
  encode(value: unknown, what: string): Uint8Array {
    return this.#each([value], () => what, (state) => ownBytes(this.#codec.encode(state)))[0]!;
  }

  /**
   * Encodes the events of a batch and makes sure that they can be read back. That goes without
   * saying for JSON, which stays text until it is packed.
   *
   * @param what the i-th is, for messages.
   * @throws `unencodable`
   */
  encodeAll(values: readonly unknown[], what: (i: number) => string): Encoded {
    if (this.#codec === json) return new Texts(this.#each(values, what, toJson));
    const payloads = this.#each(values, what, (value) => ownBytes(this.#codec.encode(value)));
    const decoded = () =>
      this.#each(payloads, what, (bytes) => this.#reader(bytes).decode(new Uint8Array(bytes)));
    return new Bytes(payloads, decoded);
  }

  /**
   * @param place of the bytes, for messages: a seq, or the revision of a durable state.
   * @throws `undecodable`, naming id, place and codec.
   */
  decode(bytes: Uint8Array, id: string, seq: number, place: 'seq' | 'revision' = 'seq'): unknown {
    const codec = this.#reader(bytes);
    try {
      return codec.decode(bytes);
    } catch (cause) {
      const message = `codec ${codec.name} cannot decode ${place} ${seq} of ${JSON.stringify(id)}`;
      throw new JournalError('undecodable', message, { cause, persistenceId: id, sequenceNr: seq });
    }
  }

  #each<T, R>(items: readonly T[], what: (i: number) => string, step: (item: T) => R): R[] {
    return items.map((item, i) => {
      try {
        return step(item);
      } catch (cause) {
        throw unencodable(what(i), this.#codec, cause);
      }
    });
  }

  #reader(bytes: Uint8Array): Codec {
    if (isCbor(bytes)) return cbor;
    return this.readsJson ? json : this.#codec;
  }
}

/** The events of a batch as a codec wrote them. */
export interface Encoded {
  /** With their labels, in the packed format of `entries.ts`. */
  packed(labels: AllLabels): Uint8Array;
  /** The events as a replay would decode them: new objects each time. */
  decoded(): unknown[];
}

class Texts implements Encoded {
  readonly #texts: readonly string[];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  packed(labels: AllLabels): Uint8Array {
    return packTexts(this.#texts, labels);
  }

  decoded(): unknown[] {
    return this.#texts.map((text) => JSON.parse(text) as unknown);
  }
}

class Bytes implements Encoded {
  readonly #payloads: readonly Uint8Array[];
  readonly #readBack: () => unknown[];
  /** What was read back to see that it can be. */
  #read: unknown[] | undefined;

  /** @throws what `readBack` throws. */
  constructor(payloads: readonly Uint8Array[], readBack: () => unknown[]) {
    this.#payloads = payloads;
    this.#readBack = readBack;
    this.#read = readBack();
  }

  packed(labels: AllLabels): Uint8Array {
    return packBytes(this.#payloads, labels);
  }

  decoded(): unknown[] {
    const read = this.#read ?? this.#readBack();
    this.#read = undefined;
    return read;
  }
}

/** A copy: a codec may hand out bytes that the caller goes on to change. */
function ownBytes(bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return new Uint8Array(bytes);
  throw new TypeError('encode() must return a Uint8Array');
}

function unencodable(what: string, { name }: Codec, cause: unknown): JournalError {
  return new JournalError('unencodable', `${what} cannot be written as ${name}: ${said(cause)}`, { cause });
}
