/** Failures in plain words: what it is, and what to do. */

/**
 * @typedef {{ title: string, what: string, todo: string }} Problem
 */

/** @type {Problem} */
const UNKNOWN = {
  title: 'It is not known whether that was stored',
  what: 'The answer of the journal did not arrive.',
  todo: 'Try again: the accounts are read anew, and show what was stored.',
};

/** @type {Problem} */
const NOT_LOADED = {
  title: 'A part of this page did not load',
  what: 'A script, the worker or the WebAssembly file of the journal could not be fetched or started. The accounts are untouched.',
  todo: 'Check the connection, then try again.',
};

/** @type {Record<string, Problem>} */
const BY_CODE = {
  'leader-unresponsive': {
    title: 'Another tab has these accounts open and does not answer',
    what: 'One tab keeps the accounts for all that are open, and it stands still. If something was being stored, it is not known whether it was.',
    todo: 'Close the other tab, or try again: the accounts are read anew.',
  },
  busy: {
    title: 'The accounts are busy',
    what: 'Something else is using the database, and did not finish in time.',
    todo: 'Wait a moment, then try again.',
  },
  full: {
    title: 'There is no room left',
    what: 'The browser gives this site no more space. What was stored before is safe.',
    todo: 'Free some space on the disk or in the browser, then try again.',
  },
  corrupt: {
    title: 'The file of the accounts is damaged',
    what: 'What is stored under its name is not a journal, or not a whole one. It was left as it is.',
    todo: 'Try again; if it stays like this, clear this site’s data to begin with new accounts.',
  },
  'newer-version': {
    title: 'The accounts were written by a newer version',
    what: 'This page is older than the data, and leaves it alone rather than guess.',
    todo: 'Reload the page to get the newest version, then try again.',
  },
  conflict: {
    title: 'Somebody else wrote to these accounts',
    what: 'An event was stored from elsewhere, so this page’s picture of them was out of date. Nothing was written over.',
    todo: 'Try again: the accounts are read anew.',
  },
  lost: UNKNOWN,
  timeout: UNKNOWN,
  'not-loaded': NOT_LOADED,
};

/** @type {Record<'insecure' | 'missing' | 'refused' | 'unloaded', Problem>} */
const STORAGE = {
  insecure: {
    title: 'This page cannot store anything here',
    what: 'Browsers keep data only for pages that come over HTTPS or from localhost.',
    todo: 'Open the page at its HTTPS address or at localhost.',
  },
  missing: {
    title: 'This browser has no place for the accounts',
    what: 'The accounts live in the origin-private file system (OPFS), which this browser does not offer.',
    todo: 'Open the page in a current version of Chrome, Edge, Firefox or Safari.',
  },
  refused: {
    title: 'The browser does not let this page store anything',
    what: 'That is so in some private windows, and where storing data was switched off for the site.',
    todo: 'Open the page in an ordinary window and allow it to store data, then try again.',
  },
  unloaded: NOT_LOADED,
};

/** @type {Problem} */
const OTHER = {
  title: 'The accounts could not be opened',
  what: 'The journal reported a failure that this page has no better words for.',
  todo: 'Try again; what was stored before is still there.',
};

/** @param {unknown} error @returns {Promise<Problem>} */
export async function explain(error) {
  const { code, cause } = error ?? {};
  if (code === 'storage-unavailable') return STORAGE[await whyUnavailable()];
  return BY_CODE[code] ?? BY_CODE[cause?.code] ?? OTHER;
}

/** The code has one name for all the ways to have no storage; the browser knows which it is. */
async function whyUnavailable() {
  if (!globalThis.isSecureContext) return 'insecure';
  if (!navigator.storage?.getDirectory || !navigator.locks) return 'missing';
  try {
    await navigator.storage.getDirectory();
    return 'unloaded';
  } catch {
    return 'refused';
  }
}
