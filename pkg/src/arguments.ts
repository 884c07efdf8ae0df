import { JournalError } from './errors.js';

/** What a value must be, in words, where it is not; `undefined` where it is. */
export type Check = (value: unknown) => string | undefined;

/** A check for each key of `T`. */
export type Checks<T> = { readonly [K in keyof Required<T>]: Check };

export const must =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : what;

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
export const isArray = must('an array', Array.isArray);
/** A seq, a position, a time: whole, not negative, and held exactly by a number. */
export const isCount = must('a non-negative safe integer', (v) => Number.isSafeInteger(v) && Number(v) >= 0);
export const isPositive = must('a positive safe integer', (v) => Number.isSafeInteger(v) && Number(v) > 0);
export const isTexts = must(
  'an array of strings of whole characters',
  (value) => Array.isArray(value) && value.every((item) => isText(item) === undefined),
);
export const isToken = must(
  'a UUID',
  (v) => typeof v === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(v),
);

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

/** @throws `invalid-argument`, naming what and which value. */
export function check(what: string, value: unknown, is: Check): void {
  const expected = is(value);
  if (expected !== undefined) throw invalid(`${what} must be ${expected}, not ${shown(value)}`);
}

/**
 * Checks an object of options; those that are `undefined` count as absent.
 *
 * @param what they are for, for messages.
 * @throws `invalid-argument` also for an option that does not exist.
 */
export function checkOptions<T extends object>(
  what: string | (() => string),
  options: T,
  checks: Checks<T>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(`${text(what)}: the options must be an object, not ${shown(options)}`);
  }
  for (const name of Object.keys(options)) {
    const value = options[name as keyof T];
    if (!Object.hasOwn(checks, name)) throw invalid(`${text(what)}: there is no option ${JSON.stringify(name)}`);
    if (value === undefined) continue;
    const expected = checks[name as keyof T](value);
    if (expected !== undefined) throw invalid(`${text(what)}: ${name} must be ${expected}, not ${shown(value)}`);
  }
}

function text(what: string | (() => string)): string {
  return typeof what === 'string' ? what : what();
}

export function invalid(message: string): JournalError {
  return new JournalError('invalid-argument', message);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
