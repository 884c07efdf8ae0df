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

/** A part of a value with its name. */
export type Part = [name: string, part: unknown];

/** The parts of a value, which are made as they are asked for: there may be millions. */
export interface Parts {
  readonly count: number;
  /** Those from one on up to another one. */
  slice(from: number, to: number): Part[];
}

/** The parts of a value by their names; nothing for one without parts. */
export function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  if (Array.isArray(value)) return indexed(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return indexed(value as Uint8Array);
  if (value instanceof Set) return indexed([...value]);
  if (value instanceof Map) return named([...value], lineOf);
  return named(Object.entries(value), String);
}

function indexed(values: ArrayLike<unknown> & { slice(from: number, to: number): ArrayLike<unknown> }): Parts {
  const slice = (from: number, to: number): Part[] => Array.from(values.slice(from, to), (part, i) => [String(from + i), part]);
  return { count: values.length, slice };
}

function named(entries: [unknown, unknown][], nameOf: (name: unknown) => string): Parts {
  const slice = (from: number, to: number): Part[] => entries.slice(from, to).map(([name, part]) => [nameOf(name), part]);
  return { count: entries.length, slice };
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
    if (typeof value !== 'object' || value === null || value instanceof Date) return this.#write(plainLine(value));
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
