import { encode } from 'cborg';
import { dateEncoder, mapEncoder, negativeZeroEncoder, setEncoder, structBigIntEncoder } from 'cborg/taglib';
import { readItem } from './codec-cbor-reader.js';
import { assertKept, type Keeps, type Visit } from './codec-strict.js';
import type { Codec } from './codec.js';

/** Tag 55799 marks bytes as CBOR (RFC 8949, section 3.4.6). */
const SELF_DESCRIBED = Uint8Array.of(0xd9, 0xd9, 0xf7);

/** Whether the bytes carry CBOR's mark. */
export function isCbor(bytes: Uint8Array): boolean {
  return SELF_DESCRIBED.every((byte, i) => bytes[i] === byte);
}

/** CBOR with its mark in front. */
export const cbor: Codec = {
  name: 'cbor',
  encode(value) {
    assertKept(value, 'CBOR', keeps);
    const item = encode(value, options);
    const bytes = new Uint8Array(SELF_DESCRIBED.length + item.length);
    bytes.set(SELF_DESCRIBED);
    bytes.set(item, SELF_DESCRIBED.length);
    return bytes;
  },
  decode: readItem,
};

/**
 * Keys stay in their order. Dates are always floats, so that a typed reader sees one type, and big
 * integers are tagged even where they are small, so that they come back as such.
 */
const options = {
  float64: true,
  mapSorter: () => 0,
  typeEncoders: {
    number: negativeZeroEncoder,
    bigint: structBigIntEncoder,
    Date: dateEncoder,
    Set: setEncoder,
    Map: mapEncoder,
  },
};

const keeps: Keeps = (value, visit) => {
  if (value === undefined || typeof value === 'number' || typeof value === 'bigint') return true;
  if (!KINDS.some((kind) => isExactly(value, kind))) return false;
  if (hasOwn(value as object)) return 'an object with properties beside its contents';
  if (value instanceof Date) return isExact(value);
  if (value instanceof Set) return keepsItems(value, visit);
  if (value instanceof Map) return keepsItems(value.keys(), visit) && keepsEntries(value, visit);
  return true;
};

const KINDS = [Date, Set, Map, Uint8Array];

/** Whether properties were added. Those of bytes are not looked for: it would list every index. */
function hasOwn(value: object): boolean {
  return !(value instanceof Uint8Array) && Reflect.ownKeys(value).length > 0;
}

/** An instance of a subclass would come back as one of the class itself. */
function isExactly(value: unknown, type: (typeof KINDS)[number]): boolean {
  return value instanceof type && Object.getPrototypeOf(value) === type.prototype;
}

/** Seconds as a float hold the milliseconds of 140,000 years. */
function isExact(date: Date): boolean {
  const time = date.valueOf();
  return Math.round((time / 1000) * 1000) === time;
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
