/** Order where the clock of those who write falls back. */
import { equal, ok } from '../package/assert.mjs';

/** How many events each of two tabs appends. */
const TURNS = 20;

/** Runs in the page: appends behind each event of the other tab, which has the other turns, and answers what was followed and read. */
async function takeTurns(turns, turn) {
  const { opfsDriver, SqliteJournal } = await import('/pkg/browser.js');
  const driver = opfsDriver({ workerUrl: '/tests/page/workers/falling-back.mjs' });
  const journal = new SqliteJournal({ path: 'falling.db', driver });
  const id = `writer-${turn}`;
  let seq = 0;
  const append = () => journal.append(id, [{ event: seq, tags: ['all'] }], seq++);
  const told = ({ persistenceId, position, timestamp }) => ({ persistenceId, position, timestamp });
  const followed = [];
  if (turn === 0) await append();
  for await (const event of journal.allEvents({ live: true })) {
    followed.push(told(event));
    if (event.position === 2 * turns) break;
    if (event.position % 2 === turn) await append();
  }
  const read = [];
  for await (const event of journal.eventsByTag('all')) read.push(told(event));
  const own = await journal.read(id, 1);
  await journal.close();
  return { followed, read, own: own.map(({ sequenceNr, position }) => [sequenceNr, position]) };
}

export const order = {
  async 'what two tabs write while the clock falls back is followed and read in the order of its commits'({ onPage }) {
    await onPage((one) => onPage(async (other) => {
      const answers = await Promise.all([one, other].map((page, turn) => page.evaluate(takeTurns, TURNS, turn)));
      const [{ followed }] = answers;
      const places = followed.map(({ persistenceId, position }) => [persistenceId, position]);
      equal(places, Array.from({ length: 2 * TURNS }, (_, i) => [`writer-${i % 2}`, i + 1]));
      ok(followed.every(({ timestamp }, i) => i === 0 || timestamp < followed[i - 1].timestamp), 'the clock fell back');
      for (const [turn, answer] of answers.entries()) {
        equal(answer, { followed, read: followed, own: Array.from({ length: TURNS }, (_, i) => [i + 1, 2 * i + 1 + turn]) });
      }
    }));
  },
};
