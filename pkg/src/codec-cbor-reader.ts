/**
 * Reads CBOR (RFC 8949), also what other writers make of it: indefinite lengths, short floats,
 * big integers without a tag, dates as text. A tag that stands for nothing known is an error
 * rather than a value of another kind.
 */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** More than any value that this package writes. */
const MAX_DEPTH = 512;
const INDEFINITE = 31;
const BREAK = 0xff;

/** The one value that the bytes hold. */
export function readItem(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.item();
  reader.end();
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  end(): void {
    if (this.#at < this.#bytes.length) throw new Error(`bytes behind the value, at ${this.#at}`);
  }

  item(): unknown {
    if (++this.#depth > MAX_DEPTH) throw new Error(`deeper than ${MAX_DEPTH} levels`);
    const value = this.#item(this.#byte());
    this.#depth--;
    return value;
  }

  #item(initial: number): unknown {
    const info = initial & 31;
    switch (initial >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return negative(this.#argument(info));
      case 2:
        return this.#string(2, info).slice();
      case 3:
        return decoder.decode(this.#string(3, info));
      case 4:
        return this.#array(info);
      case 5:
        return record(this.#entries(info));
      case 6:
        return this.#tagged(this.#argument(info));
      default:
        return this.#simple(info);
    }
  }

  #tagged(tag: number | bigint): unknown {
    switch (tag) {
      case 0:
        return date(Date.parse(expected(this.item(), 'string')));
      case 1:
        return date(Math.round(expected(this.item(), 'number') * 1000));
      case 2:
        return this.#magnitude();
      case 3:
        return -1n - this.#magnitude();
      case 258:
        return new Set(this.#array(this.#infoOf(4)));
      case 259:
        return new Map(this.#entries(this.#infoOf(5)));
      case 55799:
        return this.item();
      default:
        throw new Error(`tag ${tag} stands for nothing known`);
    }
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      case 25:
        return half(this.#view.getUint16(this.#skip(2)));
      case 26:
        return this.#view.getFloat32(this.#skip(4));
      case 27:
        return this.#view.getFloat64(this.#skip(8));
      default:
        throw new Error(`simple value ${info} stands for nothing known`);
    }
  }

  #array(info: number): unknown[] {
    const items: unknown[] = [];
    this.#repeat(info, () => items.push(this.item()));
    return items;
  }

  #entries(info: number): [unknown, unknown][] {
    const entries: [unknown, unknown][] = [];
    this.#repeat(info, () => entries.push([this.item(), this.item()]));
    return entries;
  }

  #magnitude(): bigint {
    const bytes = this.#string(2, this.#infoOf(2));
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return BigInt(`0x0${hex}`);
  }

  /** A string's bytes, in place where it is in one piece. */
  #string(major: number, info: number): Uint8Array {
    if (info !== INDEFINITE) {
      const length = Number(this.#argument(info));
      const start = this.#skip(length);
      return this.#bytes.subarray(start, start + length);
    }
    const pieces: number[] = [];
    this.#repeat(INDEFINITE, () => pieces.push(...this.#string(major, this.#infoOf(major))));
    return Uint8Array.from(pieces);
  }

  /** Reads as many items as the length says, or up to the break. */
  #repeat(info: number, read: () => void): void {
    const count = info === INDEFINITE ? Infinity : Number(this.#argument(info));
    for (let i = 0; i < count; i++) {
      if (count === Infinity && this.#bytes[this.#at] === BREAK) {
        this.#at++;
        return;
      }
      read();
    }
  }

  /** The second half of a head that must be of this major type. */
  #infoOf(major: number): number {
    const initial = this.#byte();
    if (initial >> 5 !== major) throw new Error(`major type ${initial >> 5} instead of ${major}`);
    return initial & 31;
  }

  /** A number where it is held exactly, else a `BigInt`. */
  #argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info === 24) return this.#byte();
    if (info === 25) return this.#view.getUint16(this.#skip(2));
    if (info === 26) return this.#view.getUint32(this.#skip(4));
    if (info !== 27) throw new Error(`additional information ${info} is not allowed here`);
    const large = this.#view.getBigUint64(this.#skip(8));
    return large <= Number.MAX_SAFE_INTEGER ? Number(large) : large;
  }

  #byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** Passes over bytes; answers where they begin. */
  #skip(count: number): number {
    const start = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new Error('the bytes end within the value');
    return start;
  }
}

function negative(argument: number | bigint): number | bigint {
  const value = -1n - BigInt(argument);
  return value >= Number.MIN_SAFE_INTEGER ? Number(value) : value;
}

/** An object where all keys are strings. */
function record(entries: [unknown, unknown][]): unknown {
  const isNamed = entries.every(([key]) => typeof key === 'string');
  return isNamed ? Object.fromEntries(entries as [string, unknown][]) : new Map(entries);
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

/** RFC 8949, appendix D. */
function half(bits: number): number {
  const [exponent, mantissa] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}
