/** One journal's contents, written and told in the same words wherever this runs. */
import { restore, SqliteJournal, SqliteSnapshotStore } from '../package/actor-journal.mjs';

/** Journals and a store on one path; `use` has them for as long as it runs. */
async function opened(path, use) {
  const json = new SqliteJournal({ path });
  const cbor = new SqliteJournal({ path, codec: 'cbor' });
  const orders = new SqliteJournal({ path, eventsTable: 'orders' });
  const snapshots = new SqliteSnapshotStore({ path });
  try {
    return await use({ json, cbor, orders, snapshots });
  } finally {
    for (const one of [json, cbor, orders, snapshots]) await one.close();
  }
}

/** Writes the story; told again, it goes on. */
export function write(path) {
  return opened(path, async ({ json, cbor, orders, snapshots }) => {
    const head = await json.highestSeq('konto-Zoë');
    await json.append('konto-Zoë', [{ event: { deposited: 5 }, tags: ['money', '€'] }, { event: 'plain 😀', manifest: 'greeted Zoë', version: 3 }], head);
    await cbor.append('konto-Zoë', [{ event: { at: new Date(1_700_000_000_123), big: 2n ** 70n, raw: new Uint8Array([0, 255]) }, tags: ['money'] }], head + 2);
    await json.append('konto-Zoë', Array.from({ length: 600 }, (_, n) => ({ event: { n, text: 'x'.repeat(100) } })), head + 3);
    await json.delete('konto-Zoë', head + 1);
    await json.raiseCompactionMark('moved', 7);
    await orders.append('order', [{ event: head }], await orders.highestSeq('order'));
    await snapshots.save('konto-Zoë', head + 3, { balance: 5 }, { manifest: 'account', version: 2 });
  });
}

/** All that a reader finds, as text: the same from each reader of the same file. */
export function tell(path) {
  return opened(path, async ({ json, cbor, orders, snapshots }) => {
    const story = {
      ids: await json.persistenceIds(),
      heads: [await json.highestSeq('konto-Zoë'), await json.highestSeq('moved'), await orders.highestSeq('order')],
      stream: await all(cbor.replay('konto-Zoë')),
      money: await all(json.eventsByTag({ all: ['money'] })),
      everything: await all(json.allEvents()),
      orders: await all(orders.allEvents()),
      snapshot: await snapshots.loadLatest('konto-Zoë'),
    };
    return JSON.stringify(story, spelled);
  });
}

/** The bytes of a backup. */
export function copy(path) {
  return opened(path, async ({ json }) => new Uint8Array(await new Response(json.backup()).arrayBuffer()));
}

/** The story in a database that takes the copy. */
export async function toldRestored(path, blob) {
  await restore(path, blob);
  return tell(path);
}

async function all(events) {
  const found = [];
  for await (const event of events) found.push(event);
  return found;
}

function spelled(_, value) {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Uint8Array ? [...value] : value;
}
