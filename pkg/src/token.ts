import { hasCode, isConflict, JournalError, type JournalConcurrencyError } from './errors.js';

/** The bytes of a UUID. */
export const TOKEN_BYTES = 16;

/** How many are drawn at once: each time the platform is asked costs more than a token. */
const DRAWN = 64;

const drawn = new Uint8Array(TOKEN_BYTES * DRAWN);
let next = drawn.length;

/** The token that was given, or a new one. */
export function tokenOf(uuid: string | undefined): Uint8Array {
  return uuid === undefined ? newToken() : parseToken(uuid);
}

/** Of each write of unknown outcome that somebody may yet repeat, what repeats it. */
const repeats = new WeakMap<object, () => Promise<unknown>>();

/** Answers, and errors, to calls that were sent more than once: the first time may have done it. */
const repeated = new WeakSet<object>();

export function noteRepeated(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) repeated.add(answer);
}

export function wasRepeated(answer: object): boolean {
  return repeated.has(answer);
}

/**
 * What a write failed with. A conflict denies one that was sent more than once only where what it met
 * stands in the write's own place: else that may have been its own, and is gone.
 */
export async function orLost(
  error: unknown,
  isInItsPlace: (conflict: JournalConcurrencyError) => boolean | Promise<boolean>,
): Promise<unknown> {
  if (!isConflict(error) || !wasRepeated(error) || (await isInItsPlace(error))) return error;
  return new JournalError('lost', `${error.message}; the first try may have been stored before`, { cause: error });
}

/**
 * What a write under this token failed with; where its outcome is unknown, with the token to repeat it.
 *
 * @param repeat makes the write again as it was encoded.
 */
export function lostWithToken(
  error: unknown,
  persistenceId: string,
  token: Uint8Array,
  repeat: () => Promise<unknown>,
): unknown {
  if (!hasCode(error, 'lost') && !hasCode(error, 'leader-unresponsive')) return error;
  const lost = new JournalError(error.code, error.message, { cause: error, persistenceId, token: formatToken(token) });
  repeats.set(lost, repeat);
  return lost;
}

/** What repeats a write of this package that was lost with this error, whatever its caller has changed since. */
export function repeatOf<Answer>(lost: JournalError): (() => Promise<Answer>) | undefined {
  return repeats.get(lost) as (() => Promise<Answer>) | undefined;
}

/** A new random UUID (RFC 9562, version 4). */
function newToken(): Uint8Array {
  if (next === drawn.length) {
    crypto.getRandomValues(drawn);
    next = 0;
  }
  const bytes = drawn.slice(next, (next += TOKEN_BYTES));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}

/** The bytes that a UUID names. */
function parseToken(uuid: string): Uint8Array {
  const digits = uuid.replaceAll('-', '');
  return Uint8Array.from({ length: TOKEN_BYTES }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** The UUID of these bytes. */
function formatToken(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
