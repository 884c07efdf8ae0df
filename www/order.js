/** An order in words: what came of it. */

import { format } from './money.js';

/** @typedef {import('./account.js').Command} Command */

/**
 * @param {Command} command that was carried out
 * @param {string | undefined} to name of the account that the money went to
 * @param {number} ms until it was stored
 */
export function carriedOut({ kind, cents }, to, ms) {
  const done = { deposit: 'deposited', withdraw: 'withdrawn', transfer: `transferred to ${to}` };
  return `${format(cents)} ${done[kind]}, and safely stored after ${Math.max(1, Math.round(ms))} ms.`;
}

/** @param {Command} command that was refused @param {number} balance */
export function overdrawn({ kind, cents }, balance) {
  const done = kind === 'transfer' ? 'transferred' : 'withdrawn';
  return `${format(cents)} is more than the account has: at most ${format(balance)} can be ${done}. Nothing was written.`;
}

/** @param {{ cents: number, name: string }[]} transfers that were under way, and to whom. */
export function arrived(transfers) {
  const each = transfers.map(({ cents, name }) => `${format(cents)} to ${name}`);
  return `What was under way when the page was closed has arrived: ${each.join(', ')}.`;
}
