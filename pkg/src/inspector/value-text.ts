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

/** The parts of a value by their names; nothing for one without parts. */
export function partsOf(value: unknown): [name: string, part: unknown][] | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  if (Array.isArray(value)) return value.map((part, i) => [String(i), part]);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, (part, i) => [String(i), part]);
  if (value instanceof Map) return Array.from(value, ([name, part]) => [lineOf(name), part]);
  if (value instanceof Set) return Array.from(value, (part, i) => [String(i), part]);
  return Object.entries(value);
}

/** What a value with parts is called, where it is no plain object or array. */
export function kindOf(value: object): string {
  const { name } = value.constructor ?? { name: '' };
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
