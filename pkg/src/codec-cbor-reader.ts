/**
 * Reads CBOR (RFC 8949), also what other writers make of it: indefinite lengths of arrays and maps,
 * short floats, big integers without a tag, dates as text. A tag that stands for nothing known, a
 * key that stands twice in a map and a string in pieces are errors.
 */
import { decode, Token, Tokenizer, Type, type TagDecodeControl as Content, type TagDecoder } from 'cborg';

/** A tag that no bytes hold: put before maps, so that their decoder here reads them. */
const RECORD = -1;
/** What cborg answers for a break in the place of a map's value. */
const BREAK = Symbol.for('BREAK');

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The one value that the bytes hold. */
export function readItem(bytes: Uint8Array): unknown {
  const tokenizer = new Items(bytes);
  return decode(bytes, { tokenizer, tags: tokenizer.tags });
}

/**
 * What cborg reads otherwise or not at all: texts, and maps with any keys. Its empty bytes are always
 * the same object, of which a set would keep one.
 */
class Items extends Tokenizer {
  /** The map whose tag was given. */
  #map: Token | undefined;
  /** Whether a map comes that is to stay one. */
  #isTagged = false;

  readonly tags: Record<number, TagDecoder> = {
    [RECORD]: (content) => record(entries(content)),
    0: (content) => date(Date.parse(expected(content(), 'string'))),
    1: (content) => date(Math.round(expected(content(), 'number') * 1000)),
    2: (content) => magnitude(content()),
    3: (content) => -1n - magnitude(content()),
    258: (content) => new Set(array(content())),
    259: (content) => this.#tagged(content),
    55799: (content) => content(),
  };

  constructor(bytes: Uint8Array) {
    super(bytes, { retainStringBytes: true, allowBigInt: true });
  }

  override done(): boolean {
    return this.#map === undefined && super.done();
  }

  override next(): Token {
    const token = this.#map ?? this.#token();
    const isReady = token === this.#map || this.#isTagged || token.type !== Type.map;
    this.#map = isReady ? undefined : token;
    this.#isTagged = false;
    return isReady ? token : new Token(Type.tag, RECORD);
  }

  #token(): Token {
    if (super.done()) throw new Error('the bytes end within the value');
    const isEmptyBytes = this.data[this._pos] === 0x40;
    const token = super.next();
    if (token.byteValue) token.value = text(token.value as string, token.byteValue);
    return isEmptyBytes ? new Token(Type.bytes, new Uint8Array()) : token;
  }

  #tagged(content: Content): Map<unknown, unknown> {
    this.#isTagged = true;
    return new Map(entries(content));
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
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw new Error('a key that stands twice');
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
