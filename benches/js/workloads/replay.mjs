/** Replay of one long stream to objects: how fast, and how long it keeps the thread. */
import { rowsAfter } from '../events.mjs';
import { Pulse } from '../pulse.mjs';

const DATABASE = 'replay';
const ID = 'account-1';
const WRITTEN_AT_ONCE = 1000;

/** Writes a stream up to this many events; what is there already stays. */
export async function fill(subject, events) {
  for (let head = await headOf(subject); head < events; head += WRITTEN_AT_ONCE) {
    await subject.append(rowsAfter(ID, head, WRITTEN_AT_ONCE));
  }
}

async function headOf(subject) {
  let head = 0;
  const [read] = Object.values(subject.readings);
  await read(ID, ({ sequenceNr }) => void (head = sequenceNr));
  return head;
}

const prepare = (subject, { replayed }) => fill(subject, replayed);

/** Reads everything and folds it, as a recovery does; a reading that misses something is an error. */
async function fold(read, count) {
  let seq = 0;
  let cents = 0;
  await read(ID, ({ sequenceNr, event }) => {
    seq += sequenceNr === seq + 1 ? 1 : 0;
    cents += event.cents;
  });
  if (seq !== count || !(cents > 0)) throw new Error(`${seq} of ${count} events were read`);
}

function contestants(round, { ours, peers }) {
  return [ours, ...peers.filter(({ reads = true }) => reads)].flatMap((of) =>
    of.readings.map((reading) => ({
      name: reading ? `${of.name}, ${reading}` : of.name,
      of,
      round: (subject, { replayed }) => round(() => fold(subject.readings[reading], replayed), replayed),
    })),
  );
}

const rate = async (replay, count) => {
  const began = performance.now();
  await replay();
  return (count * 1000) / (performance.now() - began);
};

const longestTask = async (replay) => {
  const pulse = new Pulse();
  await replay();
  return pulse.stop();
};

export const replay200k = {
  workload: 'replay-200k',
  title: '200,000 events of one stream, to objects',
  unit: 'events/s',
  notes: ['Peers are measured in each way to read that an application may choose; ours is replay() unless named.'],
  better: 'higher',
  database: DATABASE,
  prepare,
  contestants: (place) => contestants(rate, place),
};

export const replayLongestTask = {
  workload: 'replay-200k-longest-task',
  title: 'longest time for which a replay of 200,000 events keeps the main thread',
  unit: 'ms',
  notes: ['The longest time from one timer to the next: no task took longer.'],
  better: 'lower',
  database: DATABASE,
  prepare,
  contestants: (place) => contestants(longestTask, place),
};
