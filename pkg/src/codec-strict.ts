/**
 * How deep a value may be nested. Every reader of a journal must come through: serde_json, the
 * one with the least room, stops at 128.
 */
const MAX_DEPTH = 100;

/** Visits a value inside another one; `key` is its step in the path. */
export type Visit = (key: string | number, child: unknown) => void;

/**
 * Whether a format keeps a value that JSON would change, or in words what is in the way; visits
 * what the value contains.
 */
export type Keeps = (value: unknown, visit: Visit) => boolean | string;

/**
 * Checks that a format gives the value back as it is.
 *
 * @param format its name, for messages.
 * @param keeps what it keeps beyond JSON: nothing by default.
 * @throws `TypeError` with the path of the first place that would change.
 */
export function assertKept(value: unknown, format: string, keeps: Keeps = () => false): void {
  if (!isSurelyKept(value, 0)) new Walk(format, keeps).value(value);
}

/**
 * A quick look, without a path and without memory: whether {@link Walk} would pass the value. Where
 * it is not sure (a cycle is very deep, a hole is `undefined`) the walk decides.
 */
function isSurelyKept(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'boolean':
      return true;
    case 'string':
      return value.isWellFormed();
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      if (value === null) return true;
      if (depth >= MAX_DEPTH) return false;
      return Array.isArray(value) ? isSureArray(value, depth + 1) : isSureRecord(value, depth + 1);
    default:
      return false;
  }
}

function isSureArray(value: readonly unknown[], depth: number): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype) return false;
  for (let i = 0; i < value.length; i++) {
    if (!isSurelyKept(value[i], depth)) return false;
  }
  return hasNames(value, value.length + 1);
}

function isSureRecord(value: object, depth: number): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype || !isObject(value)) return false;
  let keys = 0;
  for (const key in value) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (!hasOwnProperty.call(value, key) || !key.isWellFormed()) return false;
    if (item !== undefined && !isSurelyKept(item, depth)) return false;
    keys++;
  }
  return hasNames(value, keys);
}

const { hasOwnProperty, toString } = Object.prototype;

/** Whether these are all of its properties. Faster than a list of them by `Reflect.ownKeys`. */
function hasNames(value: object, count: number): boolean {
  return Object.getOwnPropertyNames(value).length === count && Object.getOwnPropertySymbols(value).length === 0;
}

function isObject(value: object): boolean {
  return toString.call(value) === '[object Object]';
}

class Walk {
  readonly #path: (string | number)[] = [];
  readonly #ancestors: object[] = [];
  readonly #format: string;
  readonly #keeps: Keeps;

  constructor(format: string, keeps: Keeps) {
    this.#format = format;
    this.#keeps = keeps;
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'boolean':
        return;
      case 'string':
        return this.#string(value, 'a string');
      case 'number':
        if (Number.isFinite(value) && !Object.is(value, -0)) return;
        return this.#other(value);
      case 'object':
        return value === null ? undefined : this.#object(value);
      default:
        return this.#other(value);
    }
  }

  #object(value: object): void {
    if (this.#ancestors.includes(value)) this.#refuse('a cycle');
    if (this.#ancestors.length >= MAX_DEPTH) this.#refuse(`deeper than ${MAX_DEPTH} levels`);
    this.#ancestors.push(value);
    if (isPlainArray(value)) this.#array(value);
    else if (isPlainObject(value)) this.#record(value);
    else this.#other(value);
    this.#ancestors.pop();
  }

  #array(value: readonly unknown[]): void {
    for (let i = 0; i < value.length; i++) {
      if (value[i] === undefined && !Object.hasOwn(value, i)) this.#refuse(`an array with a hole at ${i}`);
      this.#visit(i, value[i]);
    }
    const extra = Reflect.ownKeys(value).length - value.length - 1;
    if (extra !== 0) this.#refuse('an array with keys that are not indices');
  }

  #record(value: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(value);
    if (Reflect.ownKeys(value).length !== keys.length) {
      this.#refuse('an object with symbol or hidden keys');
    }
    for (const key of keys) {
      this.#string(key, 'an object with a key');
      if (value[key] !== undefined) this.#visit(key, value[key]);
    }
  }

  #string(value: string, what: string): void {
    if (!value.isWellFormed()) this.#refuse(`${what} with half a surrogate pair`);
  }

  #other(value: unknown): void {
    const kept = this.#keeps(value, this.#visit);
    if (kept !== true) this.#refuse(kept || describe(value));
  }

  readonly #visit: Visit = (key, child) => {
    this.#path.push(key);
    this.value(child);
    this.#path.pop();
  };

  #refuse(found: string): never {
    const path = this.#path.reduce<string>(step, '$');
    throw new TypeError(`${path} is ${found}, which ${this.#format} does not keep`);
  }
}

function step(path: string, key: string | number): string {
  if (typeof key === 'string' && /^[A-Za-z_$][\w$]*$/.test(key)) return `${path}.${key}`;
  return `${path}[${JSON.stringify(key)}]`;
}

function isPlainArray(value: object): value is readonly unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value)?.constructor?.name === 'Array';
}

/** Made by `{}` or `Object.create(null)`, in this realm or another. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, 'hasOwnProperty') &&
    isObject(value)
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return 'a BigInt';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object of its own kind';
}
