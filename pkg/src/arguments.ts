import { JournalError } from './errors.js';

/** What is wrong with a value, to be read behind its place; `undefined` where it is as it must be. */
export type Check = (value: unknown) => string | undefined;

/** A check for each key of `T`. */
export type Checks<T> = { readonly [K in keyof Required<T>]: Check };

export const must =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : ` must be ${what}, not ${shown(value)}`;

/** Half a surrogate pair has no bytes in UTF-8: it would be stored as another character. */
export const isText = must(
  'a string of whole characters',
  (value) => typeof value === 'string' && value.isWellFormed(),
);
export const isFilled = must(
  'a string that is not empty',
  (value) => isText(value) === undefined && value !== '',
);
export const isBoolean = must('true or false', (value) => typeof value === 'boolean');
/** A seq, a position, a time: whole, not negative, and held exactly by a number. */
export const isCount = must('a non-negative safe integer', (v) => Number.isSafeInteger(v) && Number(v) >= 0);
export const isPositive = must('a positive safe integer', (v) => Number.isSafeInteger(v) && Number(v) > 0);
export const isToken = must(
  'a UUID',
  (v) => typeof v === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(v),
);
export const isArray = must('an array', Array.isArray);
export const isFunction = must('a function', (value) => typeof value === 'function');
export const isObject = must('an object', (v) => typeof v === 'object' && v !== null && !Array.isArray(v));

/** What a function must return that may have forgotten to, or to be no `async` one. */
export const isValue = must('a value, at once', (v) => v !== undefined && !(v instanceof Promise));

/** One of the given strings. */
export function oneOf(...allowed: readonly string[]): Check {
  const names = allowed.map((name) => JSON.stringify(name)).join(' or ');
  return must(names, (value) => allowed.includes(value as string));
}

/** An object with these methods. */
export function hasMethods(what: string, ...methods: readonly string[]): Check {
  return must(
    `${what} with ${methods.map((name) => `${name}()`).join(' and ')}`,
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
  );
}

/** An array of what `is` checks, without holes. */
export function listOf(is: Check): Check {
  return (value) => {
    const items = value as readonly unknown[];
    const wrong = isArray(items);
    if (wrong !== undefined) return wrong;
    for (let i = 0; i < items.length; i++) {
      const wrong = is(items[i]);
      if (wrong !== undefined) return `[${i}]${wrong}`;
    }
    return undefined;
  };
}

/** An object with no other keys than those of `checks`; one that is `undefined` counts as absent. */
export function fieldsOf<T extends object>(checks: Checks<T>): Check {
  return (value) => {
    const wrong = isObject(value);
    if (wrong !== undefined) return wrong;
    for (const name of Object.keys(value as T)) {
      if (!Object.hasOwn(checks, name)) return `: there is no ${JSON.stringify(name)}`;
      const field = (value as T)[name as keyof T];
      const wrong = field === undefined ? undefined : checks[name as keyof T](field);
      if (wrong !== undefined) return `: ${name}${wrong}`;
    }
    return undefined;
  };
}

/**
 * @param place of the value, from the call on, for the message.
 * @throws `invalid-argument`
 */
export function check(place: string, value: unknown, is: Check): void {
  const wrong = is(value);
  if (wrong !== undefined) throw invalid(`${place}${wrong}`);
}

/** Checks the options of a call; those that are `undefined` count as absent. */
export function checkOptions<T extends object>(call: string, options: T, checks: Checks<T>): void {
  check(`${call}: options`, options, fieldsOf(checks));
}

export function invalid(message: string): JournalError {
  return new JournalError('invalid-argument', message);
}

/** Whether it is to be called with `new`. */
export function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return isClass(value) ? 'a class' : 'a function';
  return String(value);
}
