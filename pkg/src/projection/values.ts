/**
 * The packed format in which statements, their parameters and rows cross: `pkg/binding/src/values.rs` has
 * it in full.
 */
import { check, fieldsOf, isArray, isText, must } from '../arguments.js';
import { JournalError } from '../errors.js';
import type { SqlParam, SqlRow, SqlStatement, SqlValue } from './types.js';

const [NULL, INTEGER, REAL, TEXT, BYTES] = [0, 1, 2, 3, 4];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isParam = must(
  'null, a number, a bigint of 64 bits, a string, true, false or a Uint8Array',
  (value) =>
    value === null ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && !Number.isNaN(value)) ||
    (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) ||
    isText(value) === undefined ||
    value instanceof Uint8Array,
);

const isStatement = fieldsOf<SqlStatement>({ sql: isText, params: isArray });

/** Bytes that grow. */
class Packing {
  #bytes = new Uint8Array(1024);
  #end = 0;

  get size(): number {
    return this.#end;
  }

  byte(byte: number): void {
    this.#room(1).setUint8(0, byte);
  }

  count(count: number): void {
    this.#room(4).setUint32(0, count, true);
  }

  real(real: number): void {
    this.#room(8).setFloat64(0, real, true);
  }

  integer(integer: bigint): void {
    this.#room(8).setBigInt64(0, integer, true);
  }

  bytes(bytes: Uint8Array): void {
    this.count(bytes.length);
    const { buffer, byteOffset } = this.#room(bytes.length);
    new Uint8Array(buffer, byteOffset).set(bytes);
  }

  /** @param place of the parameters, for messages. */
  params(place: string, params: readonly SqlParam[]): void {
    this.count(params.length);
    params.forEach((param, i) => {
      check(`${place}[${i}]`, param, isParam);
      this.#param(param);
    });
  }

  packed(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  #param(param: SqlParam): void {
    if (param === null) return this.byte(NULL);
    if (typeof param === 'string') return this.#tagged(TEXT, encoder.encode(param));
    if (param instanceof Uint8Array) return this.#tagged(BYTES, param);
    if (typeof param === 'number' && !Number.isSafeInteger(param)) {
      this.byte(REAL);
      return this.real(param);
    }
    this.byte(INTEGER);
    this.integer(BigInt(param));
  }

  #tagged(kind: number, bytes: Uint8Array): void {
    this.byte(kind);
    this.bytes(bytes);
  }

  #room(length: number): DataView {
    const start = this.#end;
    this.#end += length;
    if (this.#end > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#end);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    return new DataView(this.#bytes.buffer, start, length);
  }
}

/** What events change, in one transaction. */
export class Changes {
  readonly #packing = new Packing();
  #count = 0;

  /** Events. */
  get count(): number {
    return this.#count;
  }

  /** Bytes. */
  get size(): number {
    return this.#packing.size;
  }

  /** @throws `invalid-argument` for what are no statements. */
  add(position: number, statements: readonly SqlStatement[]): void {
    check('apply: its answer', statements, isArray);
    this.#count++;
    this.#packing.real(position);
    this.#packing.count(statements.length);
    statements.forEach((statement, i) => {
      check(`apply: [${i}]`, statement, isStatement);
      const { sql, params = [] } = statement;
      check(`apply: [${i}].sql`, sql, isText);
      check(`apply: [${i}].params`, params, isArray);
      this.#packing.bytes(encoder.encode(sql));
      this.#packing.params(`apply: [${i}].params`, params);
    });
  }

  packed(): Uint8Array {
    return this.#packing.packed();
  }
}

/** @throws `invalid-argument` for a value that SQLite does not know. */
export function packParams(params: readonly SqlParam[]): Uint8Array {
  check('query: params', params, isArray);
  const packing = new Packing();
  packing.params('query: params', params);
  return packing.packed();
}

/** Rows that a query has answered. */
export interface Rows {
  readonly rows: SqlRow[];
  /** There are more than fit in one answer. */
  readonly isCut: boolean;
}

export function unpackRows(packed: Uint8Array): Rows {
  const reader = new Unpacking(packed);
  const isCut = reader.byte() === 1;
  const rows: SqlRow[] = [];
  if (reader.isAtEnd) return { rows, isCut };
  const names = Array.from({ length: reader.count() }, () => reader.text());
  while (!reader.isAtEnd) rows.push(Object.fromEntries(names.map((name) => [name, reader.value()])));
  return { rows, isCut };
}

class Unpacking {
  readonly #packed: Uint8Array;
  readonly #view: DataView;
  #next = 0;

  constructor(packed: Uint8Array) {
    this.#packed = packed;
    this.#view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#next === this.#packed.length;
  }

  byte(): number {
    return this.#view.getUint8(this.#past(1));
  }

  count(): number {
    return this.#view.getUint32(this.#past(4), true);
  }

  text(): string {
    const bytes = this.#bytes();
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new JournalError('undecodable', 'a text in the view is not UTF-8', { cause });
    }
  }

  value(): SqlValue {
    const kind = this.byte();
    if (kind === NULL) return null;
    if (kind === REAL) return this.#view.getFloat64(this.#past(8), true);
    if (kind === TEXT) return this.text();
    if (kind === BYTES) return this.#bytes().slice();
    const integer = this.#view.getBigInt64(this.#past(8), true);
    return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
  }

  #bytes(): Uint8Array {
    const length = this.count();
    const start = this.#past(length);
    return this.#packed.subarray(start, start + length);
  }

  #past(length: number): number {
    const start = this.#next;
    this.#next += length;
    return start;
  }
}
