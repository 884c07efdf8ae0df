import { isObject } from '../live/shape.js';

/** Characters of a value's line. */
const LONGEST = 120;

/** Values in one line, cut off where they are long: nothing is read that is not shown. */
export function lineOf(value: unknown): string {
  const line = new Line();
  line.add(value);
  return line.text;
}

/** A value without parts, as it is written in a program. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100_000 ? `${value.slice(0, 100_000)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  return String(value);
}

/** A part of a value with its name, and the key it is found by in another value. */
export type Part = [name: string, part: unknown, key: unknown];

/** The parts of a value, which are made as they are asked for: there may be millions. */
export interface Parts {
  readonly count: number;
  /** Those from one on up to another one. */
  slice(from: number, to: number): Part[];
  /** The one with a key, where there is one. */
  at(key: unknown): { readonly value: unknown } | undefined;
}

/** The parts of a value by their names; nothing for one without parts. */
export function partsOf(value: unknown): Parts | undefined {
  if (!isObject(value) || value instanceof Date) return undefined;
  if (Array.isArray(value)) return indexed(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return indexed(value as Uint8Array);
  if (value instanceof Set) return indexed([...value]);
  return value instanceof Map ? mapped(value) : keyed(value as Record<string, unknown>);
}

function indexed(values: ArrayLike<unknown> & { slice(from: number, to: number): ArrayLike<unknown> }): Parts {
  const part = (value: unknown, index: number): Part => [String(index), value, index];
  const slice = (from: number, to: number): Part[] => Array.from(values.slice(from, to), (value, i) => part(value, from + i));
  const at = (index: unknown): { value: unknown } | undefined =>
    Number(index) < values.length ? { value: values[Number(index)] } : undefined;
  return { count: values.length, slice, at };
}

function keyed(values: Record<string, unknown>): Parts {
  const keys = Object.keys(values);
  const slice = (from: number, to: number): Part[] => keys.slice(from, to).map((key) => [key, values[key], key]);
  const at = (key: unknown): { value: unknown } | undefined =>
    Object.hasOwn(values, String(key)) ? { value: values[String(key)] } : undefined;
  return { count: keys.length, slice, at };
}

/** Keys that are objects are others in each state that is read: they are found by what they say. */
function mapped(values: ReadonlyMap<unknown, unknown>): Parts {
  const entries = [...values];
  const slice = (from: number, to: number): Part[] => entries.slice(from, to).map(([key, part]) => [lineOf(key), part, key]);
  let said: Map<string, { value: unknown }> | undefined;
  const at = (key: unknown): { value: unknown } | undefined => {
    if (values.has(key)) return { value: values.get(key) };
    if (!isObject(key)) return undefined;
    said ??= new Map(entries.filter(([key]) => isObject(key)).map(([key, value]) => [wholeText(key), { value }]));
    return said.get(wholeText(key));
  };
  return { count: entries.length, slice, at };
}

/** All that a value says, however long it is. */
function wholeText(value: unknown): string {
  const parts = partsOf(value);
  if (!parts) return plainText(value);
  const members = parts.slice(0, parts.count).map(([, part, key]) => `${wholeText(key)}: ${wholeText(part)}`);
  return `${kindOf(value as object)}{${members.join()}}`;
}

/** What a value with parts is called, where it is no plain object or array. */
export function kindOf(value: object): string {
  // Its own part may be called `constructor` as well.
  const { name } = Object.getPrototypeOf(value)?.constructor ?? { name: '' };
  return name === 'Object' || name === 'Array' ? '' : name;
}

class Line {
  text = '';

  get #isFull(): boolean {
    return this.text.length >= LONGEST;
  }

  add(value: unknown): void {
    if (this.#isFull) return;
    if (!isObject(value) || value instanceof Date) return this.#write(plainLine(value));
    if (value instanceof Map || value instanceof Set) return this.#write(`${kindOf(value)}(${value.size})`);
    if (ArrayBuffer.isView(value)) return this.#write(`${kindOf(value)}(${value.byteLength})`);
    if (Array.isArray(value)) this.#list('[', value.length, (i) => this.add(value[i]), ']');
    else this.#object(value as Record<string, unknown>);
  }

  #object(value: Record<string, unknown>): void {
    const names = Object.keys(value);
    const member = (i: number): void => {
      this.#write(`${names[i]}: `);
      this.add(value[names[i]!]);
    };
    this.#list('{ ', names.length, member, ' }');
  }

  #list(open: string, length: number, member: (i: number) => void, close: string): void {
    if (length === 0) return this.#write((open + close).replaceAll(' ', ''));
    this.#write(open);
    for (let i = 0; i < length && !this.#isFull; i++) {
      if (i > 0) this.#write(', ');
      member(i);
    }
    this.#write(close);
  }

  #write(text: string): void {
    if (this.#isFull) return;
    this.text += text;
    if (this.text.length > LONGEST) this.text = `${this.text.slice(0, LONGEST)}…`;
  }
}

function plainLine(value: unknown): string {
  return plainText(typeof value === 'string' ? value.slice(0, LONGEST) : value);
}
