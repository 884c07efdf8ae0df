import type { DecodeOptions, ITag, ObjectCreator, TagDecoder } from 'cbor2';
import { decode } from 'cbor2/decoder';
import { encode, registerEncoder, writeInt, writeTag, writeUnknown } from 'cbor2/encoder';
import type { Codec } from './codec.js';
import { assertKept, type Keeps, type Visit } from './codec-strict.js';

/** Tag 55799 marks bytes as CBOR (RFC 8949, section 3.4.6). */
const SELF_DESCRIBED = Uint8Array.of(0xd9, 0xd9, 0xf7);
/** A map with keys of any type, also where all of them are strings (IANA's CBOR tag registry). */
const MAP_TAG = 259;
const SET_TAG = 258;
const MAP_TYPE = 5;

/** Whether the bytes carry CBOR's mark. */
export function isCbor(bytes: Uint8Array): boolean {
  return SELF_DESCRIBED.every((byte, i) => bytes[i] === byte);
}

/** CBOR with its mark in front. */
export const cbor: Codec = {
  name: 'cbor',
  encode(value) {
    assertKept(value, 'CBOR', keeps);
    return marked(encode(value, { collapseBigInts: false }));
  },
  // From a copy, so that byte arrays in the value do not hold on to the whole chunk.
  decode(bytes) {
    try {
      return decode(bytes.slice(), reading);
    } finally {
      made = undefined;
    }
  },
};

function marked(item: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SELF_DESCRIBED.length + item.length);
  bytes.set(SELF_DESCRIBED);
  bytes.set(item, SELF_DESCRIBED.length);
  return bytes;
}

const keeps: Keeps = (value, visit) => {
  if (value === undefined || typeof value === 'number' || typeof value === 'bigint') return true;
  if (isExactly(value, Date)) return !Number.isNaN(value.valueOf());
  if (isExactly(value, Set)) return keepsItems(value, visit);
  if (isExactly(value, Map)) return keepsItems(value.keys(), visit) && keepsEntries(value, visit);
  return isExactly(value, Uint8Array);
};

/** An instance of a subclass would come back as one of the class itself. */
function isExactly<T>(value: unknown, type: abstract new (...args: never) => T): value is T {
  return value instanceof type && Object.getPrototypeOf(value) === type.prototype;
}

function keepsItems(items: Iterable<unknown>, visit: Visit): true {
  let place = 0;
  for (const item of items) visit(place++, item);
  return true;
}

function keepsEntries(map: ReadonlyMap<unknown, unknown>, visit: Visit): true {
  for (const [key, item] of map) visit(typeof key === 'object' ? 'entry' : String(key), item);
  return true;
}

// The library is bundled, so that its registry of types is this module's own.
registerEncoder(Date, (date) => [1, date.valueOf() / 1000]);
registerEncoder(Set, (set) => [SET_TAG, [...set]]);
registerEncoder(Map, (map, writer, options) => {
  writeTag(MAP_TAG, writer, options);
  writeInt(map.size, writer, MAP_TYPE);
  for (const [key, item] of map as Map<unknown, unknown>) {
    writeUnknown(key, writer, options);
    writeUnknown(item, writer, options);
  }
  return undefined;
});

/** What the last map became, for the tag that may stand right in front of it. */
let made: { object: unknown; entries: readonly (readonly [unknown, unknown])[] } | undefined;

const createObject: ObjectCreator = (read) => {
  const entries = read.map(([key, item]) => [key, item] as const);
  const named = entries.every(([key]) => typeof key === 'string');
  const object: unknown = named
    ? Object.fromEntries(entries as [string, unknown][])
    : new Map(entries);
  made = { object, entries };
  return object;
};

/** Tags that stand for values; another one is an error rather than a value of another kind. */
class Tags extends Map<number | bigint, TagDecoder> {
  override get(tag: number | bigint): TagDecoder {
    return super.get(Number(tag)) ?? unknownTag;
  }
}

const reading: DecodeOptions = {
  createObject,
  ignoreGlobalTags: true,
  tags: new Tags([
    [0, ({ contents }) => new Date(checked(contents, 'string'))],
    [1, ({ contents }) => new Date(Math.round(checked(contents, 'number') * 1000))],
    [2, ({ contents }) => magnitude(contents)],
    [3, ({ contents }) => -1n - magnitude(contents)],
    [SET_TAG, ({ contents }) => new Set(contents as unknown[])],
    [MAP_TAG, ({ contents }) => new Map(entries(contents))],
    [55799, ({ contents }) => contents],
  ]) as NonNullable<DecodeOptions['tags']>,
};

function unknownTag({ tag }: ITag): never {
  throw new Error(`tag ${String(tag)} stands for nothing known`);
}

function checked(value: unknown, type: 'number'): number;
function checked(value: unknown, type: 'string'): string;
function checked(value: unknown, type: 'number' | 'string'): unknown {
  if (typeof value !== type) throw new Error(`a tag around a ${typeof value} instead of a ${type}`);
  return value;
}

function magnitude(contents: unknown): bigint {
  if (!(contents instanceof Uint8Array)) throw new Error('a big integer that is not bytes');
  return contents.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function entries(contents: unknown): Iterable<readonly [unknown, unknown]> {
  if (contents instanceof Map) return contents as Map<unknown, unknown>;
  if (made?.object !== contents) throw new Error('a map tag around something else');
  return made?.entries ?? [];
}
