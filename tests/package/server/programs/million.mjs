// Appends a million events of 100 bytes in batches, replays them as a stream, and says how much
// memory was resident at most.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { SqliteJournal } from '../../actor-journal.mjs';

const [path, count, batch] = [process.argv[2], Number(process.argv[3]), 1000];
const journal = new SqliteJournal({ path, wal: true });
const text = 'x'.repeat(100 - JSON.stringify({ n: 1_000_000, text: '' }).length);
for (let head = 0; head < count; head += batch) {
  const entries = Array.from({ length: batch }, (_, i) => ({ event: { n: head + i + 1, text } }));
  await journal.append('a', entries, head);
}
let seen = 0;
for await (const { sequenceNr, event } of journal.replay('a')) {
  if (sequenceNr !== ++seen || event.n !== seen) throw new Error(`seq ${sequenceNr} came as event ${seen}`);
}
await journal.close();
console.log(JSON.stringify({ seen, peak: peak() }));

/** Bytes. What Linux gives as `maxRSS` begins with the parent's, from before this program was loaded. */
function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(kilobytes) * 1024;
}
