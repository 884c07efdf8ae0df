/**
 * Writes the values that `codec-cbor.ts` keeps as CBOR (RFC 8949). Tags are IANA's: 1 for times in
 * seconds, 2 and 3 for big integers, 258 for sets, 259 for maps that are not objects.
 */
const encoder = new TextEncoder();

/** The bytes of a value behind a prefix. */
export function writeItem(prefix: Uint8Array, value: unknown): Uint8Array {
  const writer = new Writer();
  writer.raw(prefix);
  writer.item(value);
  return writer.taken();
}

class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  item(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.#string(3, encoder.encode(value));
      case 'number':
        return this.#number(value);
      case 'bigint':
        return this.#bigint(value);
      case 'boolean':
        return this.#head(7, value ? 21 : 20);
      case 'object':
        return value === null ? this.#head(7, 22) : this.#object(value);
      default:
        return this.#head(7, 23);
    }
  }

  #object(value: object): void {
    if (Array.isArray(value)) return this.#array(value);
    if (value instanceof Uint8Array) return this.#string(2, value);
    if (value instanceof Date) return this.#tagged(1, () => this.#float(value.valueOf() / 1000));
    if (value instanceof Set) return this.#tagged(258, () => this.#array([...value]));
    if (value instanceof Map) return this.#tagged(259, () => this.#map([...value]));
    this.#map(Object.entries(value));
  }

  #array(items: readonly unknown[]): void {
    this.#head(4, items.length);
    for (const item of items) this.item(item);
  }

  #map(entries: readonly (readonly [unknown, unknown])[]): void {
    this.#head(5, entries.length);
    for (const [key, item] of entries) {
      this.item(key);
      this.item(item);
    }
  }

  #tagged(tag: number, content: () => void): void {
    this.#head(6, tag);
    content();
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      return value < 0 ? this.#head(1, -1 - value) : this.#head(0, value);
    }
    this.#float(value);
  }

  /** Dates are always floats, so that a typed reader sees one type. */
  #float(value: number): void {
    const at = this.#room(9);
    this.#bytes[at] = 0xfb;
    this.#view.setFloat64(at + 1, value);
    this.#length += 9;
  }

  /** As a tagged byte string even where it is small, so that it comes back as a `BigInt`. */
  #bigint(value: bigint): void {
    const hex = (value < 0n ? -1n - value : value).toString(16);
    const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
    const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
      Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
    );
    this.#tagged(value < 0n ? 3 : 2, () => this.#string(2, bytes));
  }

  #string(major: number, bytes: Uint8Array): void {
    this.#head(major, bytes.length);
    this.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    this.#length += bytes.length;
  }

  /** The major type and its argument, in as few bytes as hold it. */
  #head(major: number, argument: number): void {
    const at = this.#room(9);
    const width = argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument < 2 ** 32 ? 4 : 8;
    const info = width === 0 ? argument : 24 + Math.log2(width);
    this.#bytes[at] = (major << 5) | info;
    if (width === 1) this.#view.setUint8(at + 1, argument);
    if (width === 2) this.#view.setUint16(at + 1, argument);
    if (width === 4) this.#view.setUint32(at + 1, argument);
    if (width === 8) this.#view.setBigUint64(at + 1, BigInt(argument));
    this.#length += 1 + width;
  }

  /** Where the next bytes go, with room for as many. */
  #room(count: number): number {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return this.#length;
  }
}
