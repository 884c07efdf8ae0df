import { isConflict, SqliteJournal, SqliteSnapshotStore } from 'actor-journal';

const journal = new SqliteJournal({ path: 'events.db', wal: true });
const snapshots = new SqliteSnapshotStore({ path: 'events.db' });

let balance = (await snapshots.loadLatest('account'))?.state ?? 0;
const head = await journal.highestSeq('account');
await journal.append('account', [{ event: { deposited: 5 }, tags: ['money'] }, { event: { withdrawn: 2 } }], head);
const late = await journal.append('account', [{ event: 'late' }], head).catch((error) => isConflict(error));

for await (const { event } of journal.replay('account', { fromSeq: head + 1 })) balance += (event.deposited ?? 0) - (event.withdrawn ?? 0);
await snapshots.save('account', head + 2, balance);
await Promise.all([journal.close(), snapshots.close()]);
console.log(JSON.stringify({ head: head + 2, balance, late }));
