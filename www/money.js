/** Money in whole cents, so that sums are exact. */

const EURO = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const WRITTEN = /^(\d+)(?:[.,](\d{1,2}))?$/;

/** The most that one order may move: a million. */
export const MOST = 100_000_000;

/** @param {number} cents */
export function format(cents) {
  return EURO.format(cents / 100);
}

/** With a plus or a minus sign in front. @param {number} cents */
export function signed(cents) {
  return `${cents < 0 ? '−' : '+'}${format(Math.abs(cents))}`;
}

/**
 * The cents that somebody has written: `12`, `12.5` or `12,50`.
 *
 * @param {string} text
 * @returns {{ cents: number } | { wrong: string }}
 */
export function parse(text) {
  const [, whole, part = ''] = WRITTEN.exec(text.trim().replace(/^€\s*/, '')) ?? [];
  if (!text.trim()) return { wrong: 'Enter an amount first.' };
  if (whole === undefined) return { wrong: 'Write the amount as 12 or 12.50.' };
  const cents = Number(whole) * 100 + Number(part.padEnd(2, '0'));
  if (cents === 0) return { wrong: 'The amount must be more than zero.' };
  if (cents > MOST) return { wrong: `At most ${format(MOST)} at once.` };
  return { cents };
}
