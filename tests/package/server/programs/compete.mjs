// Appends behind the head as often as it is told to, beside others, and says what it has won.
import process from 'node:process';
import { isBusy, isConflict, SqliteJournal } from '../../actor-journal.mjs';

const [path, name, wins] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const journal = new SqliteJournal({ path, wal: true, busyTimeoutMs: 10_000 });
const won = [];
while (won.length < wins) {
  try {
    const head = await journal.highestSeq('a');
    await journal.append('a', [{ event: name }], head);
    won.push(head + 1);
  } catch (error) {
    if (!isConflict(error) && !isBusy(error)) throw error;
  }
}
await journal.close();
console.log(JSON.stringify(won));
