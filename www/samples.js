/** Payments as an account sees them in a month or two, to have something to look at. */

const DEPOSITS = [185_000, 4_000, 12_050, 64_000, 2_500, 30_000];
const WITHDRAWALS = [74_000, 3_180, 1_290, 5_675, 890, 11_900, 2_340, 26_500];

/** One in so many payments is a deposit, where there is enough for a withdrawal. */
const DEPOSIT_EVERY = 4;

/**
 * The next payment for an account with this balance; it never overdraws.
 *
 * @param {number} balance in cents
 * @returns {{ kind: 'deposit' | 'withdraw', cents: number }}
 */
export function samplePayment(balance) {
  const withdrawal = pick(WITHDRAWALS);
  const isDeposit = withdrawal > balance || Math.random() < 1 / DEPOSIT_EVERY;
  return isDeposit
    ? { kind: 'deposit', cents: pick(DEPOSITS) }
    : { kind: 'withdraw', cents: withdrawal };
}

function pick(amounts) {
  return amounts[Math.floor(Math.random() * amounts.length)];
}
