/** Shows the bank's journal, or another one of this site: `inspector.html?path=other.db`. */

import { restore, SqliteJournal, SqliteSnapshotStore } from 'actor-journal';
import 'actor-journal/inspector';
import { Account } from './account.js';
import { Directory, DIRECTORY } from './directory.js';

/** The database, a name in the origin-private file system. */
const PATH = new URLSearchParams(location.search).get('path') ?? 'bank.db';

const inspector = document.querySelector('journal-inspector');

/** Each stream is folded as its actor folds it. @param {string} id */
function foldOf(id) {
  if (id !== DIRECTORY && !id.startsWith('account-')) return undefined;
  const actor = id === DIRECTORY ? new Directory() : new Account(id);
  return { initial: actor.initialState(), apply: (state, event) => actor.onEvent(state, event) };
}

function open() {
  inspector.journal = new SqliteJournal({ path: PATH, wal: true });
  inspector.snapshotStore = new SqliteSnapshotStore({ path: PATH });
}

async function close() {
  const { journal, snapshotStore } = inspector;
  inspector.journal = undefined;
  inspector.snapshotStore = undefined;
  await Promise.all([journal.close(), snapshotStore.close()]);
}

document.querySelector('#path').textContent = PATH;
inspector.fold = foldOf;
inspector.restore = async (copy, options) => {
  await close();
  try {
    await restore(PATH, copy, options);
  } finally {
    open();
  }
};
open();
