// Writes to several streams at once, with deletions, snapshots and changes of states in between, until
// it is killed, and tells each answer in a line.
import process from 'node:process';
import { SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore } from '../../actor-journal.mjs';
import { Dice } from '../../dice.mjs';
import { batch, state, STREAMS } from '../written.mjs';
import { say } from './say.mjs';

const [path, options, seed] = [process.argv[2], JSON.parse(process.argv[3]), Number(process.argv[4])];
const journal = new SqliteJournal({ path, ...options });
const snapshots = new SqliteSnapshotStore({ path });
const states = new SqliteDurableStateStore({ path });

/** Writes to one stream without end. */
async function write(stream, dice) {
  let head = await journal.highestSeq(stream);
  let { revision } = await states.load(stream);
  const acts = [
    [1, async () => {
      const to = Math.max(0, head - dice.below(10));
      say('deleting', stream, to);
      await journal.delete(stream, to);
      say('deleted', stream, to);
    }],
    [1, async () => {
      say('deleting', stream, head);
      await snapshots.saveAndCompact(stream, head, state(stream, head), journal);
      say('saved', stream, head);
    }],
    [2, async () => {
      await snapshots.save(stream, head, state(stream, head));
      say('saved', stream, head);
    }],
    [2, async () => {
      await states.save(stream, revision, state(stream, revision + 1));
      say('changed', stream, ++revision);
    }],
    [6, async () => undefined],
  ];
  for (;;) {
    const count = dice.pick([[1, 40], [4, 1 + dice.below(5)], [3, 1]]);
    const [{ position }] = await journal.append(stream, batch(stream, head + 1, count), head);
    say('appended', stream, head + 1, count, position);
    head += count;
    await dice.pick(acts)();
  }
}

await Promise.all(STREAMS.map((stream, i) => write(stream, new Dice(seed + i))));
