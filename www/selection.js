/** Which account is shown. It stands in the address: it survives a reload, and can be linked. */

export class Selection {
  /** @param {() => void} changed called when another account was selected. */
  constructor(changed) {
    addEventListener('hashchange', changed);
  }

  /** The account that the address names, or the first. @param {import('./bank.js').Bank} bank */
  in(bank) {
    return bank.account(location.hash.slice(1)) ?? bank.accounts[0];
  }

  /** @param {string} id */
  turnTo(id) {
    location.hash = id;
  }
}
