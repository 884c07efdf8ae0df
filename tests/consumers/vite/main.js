import { SqliteJournal } from 'actor-journal';

async function deposit() {
  const journal = new SqliteJournal({ path: 'events.db' });
  const head = await journal.highestSeq('account');
  await journal.append('account', [{ event: { deposited: 5 } }, { event: { withdrawn: 2 } }], head);
  let balance = 0;
  for await (const { event } of journal.replay('account')) balance += (event.deposited ?? 0) - (event.withdrawn ?? 0);
  await journal.close();
  return { head: head + 2, balance };
}

globalThis.answer = deposit().catch((error) => ({ error: `${error.code}: ${error.message}` }));
