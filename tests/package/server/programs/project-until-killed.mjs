// Appends, applies what is appended to two projections, and rebuilds them, over and over, until it is killed.
// Tells each append in a line.
import process from 'node:process';
import { SqliteJournal } from '../../actor-journal.mjs';
import { Dice } from '../../dice.mjs';
import { sums } from '../../sums.mjs';
import { Totals } from '../../totals.mjs';
import { STREAMS } from '../written.mjs';
import { say } from './say.mjs';

const [path, options, seed] = [process.argv[2], JSON.parse(process.argv[3]), Number(process.argv[4])];
const journal = new SqliteJournal({ path, ...options });

async function write(stream, dice) {
  let head = await journal.highestSeq(stream);
  for (;;) {
    const events = Array.from({ length: 1 + dice.below(20) }, () => ({ event: dice.below(1000) }));
    await journal.append(stream, events, head);
    head += events.length;
    say('appended', stream, head);
  }
}

async function rebuild(projection) {
  for (;;) await projection.rebuild();
}

const projections = [new Totals(journal), sums(journal)];
await Promise.all([
  ...STREAMS.map((stream, i) => write(stream, new Dice(seed + i))),
  ...projections.map((projection) => projection.run()),
  ...projections.map(rebuild),
]);
