/** The bytes of a UUID. */
export const TOKEN_BYTES = 16;

/** How many are drawn at once: each time the platform is asked costs more than a token. */
const DRAWN = 64;

const drawn = new Uint8Array(TOKEN_BYTES * DRAWN);
let next = drawn.length;

/** A new random UUID (RFC 9562, version 4). */
export function newToken(): Uint8Array {
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
export function parseToken(uuid: string): Uint8Array {
  const digits = uuid.replaceAll('-', '');
  return Uint8Array.from({ length: TOKEN_BYTES }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** The UUID of these bytes. */
export function formatToken(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
