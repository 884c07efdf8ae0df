// Appends until it is killed, and says after each append up to where it was acknowledged.
import process from 'node:process';
import { SqliteJournal } from '../../actor-journal.mjs';

const [path, batch] = [process.argv[2], Number(process.argv[3])];
const journal = new SqliteJournal({ path, wal: true });
for (let head = await journal.highestSeq('a'); ; head += batch) {
  const entries = Array.from({ length: batch }, (_, i) => ({ event: head + i + 1, tags: ['kept'] }));
  await journal.append('a', entries, head);
  process.stdout.write(`${head + batch}\n`);
}
