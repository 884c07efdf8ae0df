/**
 * Reads CBOR (RFC 8949), also what other writers make of it: indefinite lengths, short floats,
 * big integers without a tag, dates as text. A tag that stands for nothing known is an error
 * rather than a value of another kind.
 */
import { decode, Token, Tokenizer, Type, type TagDecodeControl as Content, type TagDecoder } from 'cborg';

/** More than any value that this package writes. */
const MAX_DEPTH = 512;
/** Tags that no bytes hold: put before arrays and maps, so that their decoders here read them. */
const ARRAY = -1;
const RECORD = -2;
/** What cborg answers for a break in the place of a map's value. */
const BREAK = Symbol.for('BREAK');

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The one value that the bytes hold. */
export function readItem(bytes: Uint8Array): unknown {
  const tokenizer = new Items(bytes);
  return decode(bytes, { tokenizer, tags: tokenizer.tags });
}

/**
 * What cborg reads otherwise or not at all: texts, strings in pieces, maps with any keys, levels. Its
 * empty bytes are always the same object, of which a set would keep one.
 */
class Items extends Tokenizer {
  #held: Token | undefined;
  #isMap = false;
  #depth = 0;

  readonly tags: Record<number, TagDecoder> = {
    [ARRAY]: (content) => this.#within(content),
    [RECORD]: (content) => this.#within(() => record(entries(content))),
    0: (content) => date(Date.parse(expected(content(), 'string'))),
    1: (content) => date(Math.round(expected(content(), 'number') * 1000)),
    2: (content) => magnitude(content()),
    3: (content) => -1n - magnitude(content()),
    258: (content) => new Set(array(content())),
    259: (content) => this.#within(() => this.#map(content)),
    55799: (content) => this.#within(content),
  };

  constructor(bytes: Uint8Array) {
    super(bytes, { retainStringBytes: true, allowBigInt: true });
  }

  override done(): boolean {
    return this.#held === undefined && super.done();
  }

  override next(): Token {
    const token = this.#held ?? this.#token();
    const isRead = this.#held !== undefined || this.#isMap || token.type.terminal || token.type === Type.tag;
    this.#held = isRead ? undefined : token;
    this.#isMap = false;
    return isRead ? token : new Token(Type.tag, token.type === Type.map ? RECORD : ARRAY);
  }

  #token(): Token {
    if (super.done()) throw new Error('the bytes end within the value');
    const head = this.data[this._pos];
    if (head === 0x5f) return new Token(Type.bytes, this.#pieces(Type.bytes));
    if (head === 0x7f) return new Token(Type.string, decoder.decode(this.#pieces(Type.string)));
    const token = super.next();
    if (token.byteValue) token.value = text(token.value as string, token.byteValue);
    return head === 0x40 ? new Token(Type.bytes, new Uint8Array()) : token;
  }

  /** A string's bytes up to the break. */
  #pieces(type: Type): Uint8Array {
    const pieces: number[] = [];
    for (this._pos++; this.data[this._pos] !== 0xff; ) {
      const piece = super.next();
      if (piece.type !== type) throw new Error(`a piece of ${piece.type.name} in ${type.name}`);
      pieces.push(...(piece.byteValue ?? (piece.value as Iterable<number>)));
    }
    this._pos++;
    return Uint8Array.from(pieces);
  }

  #map(content: Content): Map<unknown, unknown> {
    this.#isMap = true;
    return new Map(entries(content));
  }

  #within(read: () => unknown): unknown {
    if (++this.#depth >= MAX_DEPTH) throw new Error(`deeper than ${MAX_DEPTH} levels`);
    const value = read();
    this.#depth--;
    return value;
  }
}

/** cborg strips byte order marks and replaces what is not UTF-8; ASCII is as it is. */
function text(value: string, bytes: Uint8Array): string {
  const isAscii = value.length === bytes.length && !value.includes('\ufffd');
  return isAscii ? value : decoder.decode(bytes);
}

function entries(content: Content): [unknown, unknown][] {
  const entries = content.entries();
  if (entries.some(([, value]) => value === BREAK)) throw new Error('a key without a value');
  return entries;
}

/** An object where all keys are strings. */
function record(entries: [unknown, unknown][]): unknown {
  const isNamed = entries.every(([key]) => typeof key === 'string');
  return isNamed ? Object.fromEntries(entries as [string, unknown][]) : new Map(entries);
}

function array(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('a set that is no array');
  return value;
}

function magnitude(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) throw new Error('a big integer that is no bytes');
  const hex = Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return BigInt(`0x0${hex}`);
}

function date(time: number): Date {
  const date = new Date(time);
  if (Number.isNaN(date.valueOf())) throw new Error('a time that is no time');
  return date;
}

function expected(value: unknown, type: 'number'): number;
function expected(value: unknown, type: 'string'): string;
function expected(value: unknown, type: 'number' | 'string'): unknown {
  if (typeof value !== type) throw new Error(`a time that is a ${typeof value}`);
  return value;
}
