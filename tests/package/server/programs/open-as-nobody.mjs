// Opens a journal without root's rights, which a read-only file does not stop, and says what came.
import process from 'node:process';
import { SqliteJournal } from '../../actor-journal.mjs';

const [path, uid] = [process.argv[2], Number(process.argv[3])];
const loaded = new SqliteJournal();
await loaded.highestSeq('a');
if (process.getuid() === 0) {
  process.setgid(uid);
  process.setuid(uid);
}
const journal = new SqliteJournal({ path });
const attempts = [() => journal.append('a', [{ event: 'new' }], 1), () => journal.read('a', 1)];
const answers = [];
for (const attempt of attempts) {
  answers.push(await attempt().then((events) => events.map(({ event }) => event), ({ code, message }) => ({ code, message })));
}
console.log(JSON.stringify(answers));
