import { JournalError } from 'actor-journal';
import { isObject } from './shape.js';

/** What is wrong with how something live was asked for. */
export function invalid(message: string): JournalError {
  return new JournalError('invalid-argument', message);
}

/**
 * @param place of the value, for the message.
 * @throws `invalid-argument` where the value is not what it must be.
 */
export function must(place: string, what: string, value: unknown, holds: boolean): void {
  if (!holds) throw invalid(`${place} must be ${what}, not ${shown(value)}`);
}

/** @throws `invalid-argument` for what is no function. */
export function mustBeFunction(place: string, value: unknown): void {
  must(place, 'a function', value, typeof value === 'function');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  return isObject(value) ? 'an object' : String(value);
}
