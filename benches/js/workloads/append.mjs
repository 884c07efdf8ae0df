/** Appends: how many events a second are durable. */
import { rowAt, rowsAfter } from '../events.mjs';

const ACTORS = 64;
const BATCH = 100;

/** The streams of one contestant: what it writes goes on where it stopped in the last round. */
class Streams {
  #heads = new Map();
  #prefix;

  constructor(prefix) {
    this.#prefix = prefix;
  }

  /** The next rows of a stream. */
  next(name, count = 1) {
    const id = `${this.#prefix}-${name}`;
    const head = this.#heads.get(id) ?? 0;
    this.#heads.set(id, head + count);
    return count === 1 ? [rowAt(id, head + 1)] : rowsAfter(id, head, count);
  }
}

/** Each of many actors awaits its own append of one event. */
function actors(prefix) {
  const streams = new Streams(prefix);
  return rate(async (subject, isTime) => {
    const act = async (_, actor) => {
      let events = 0;
      for (; isTime(); events++) await subject.append(streams.next(actor));
      return events;
    };
    const counts = await Promise.all(Array.from({ length: ACTORS }, act));
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

/** One caller, who has gathered one event of each actor by hand. */
function gathered(prefix) {
  const streams = new Streams(prefix);
  return rate(async (subject, isTime) => {
    let events = 0;
    for (; isTime(); events += ACTORS) {
      await subject.append(Array.from({ length: ACTORS }, (_, actor) => streams.next(actor)[0]));
    }
    return events;
  });
}

/** One caller, who appends batches to one stream. */
function batches(prefix) {
  const streams = new Streams(prefix);
  return rate(async (subject, isTime) => {
    let events = 0;
    for (; isTime(); events += BATCH) await subject.append(streams.next('batches', BATCH));
    return events;
  });
}

/** Events a second of work that goes on until its time is over. */
function rate(work) {
  return async (subject, { appendMs }) => {
    const began = performance.now();
    const events = await work(subject, () => performance.now() - began < appendMs);
    return (events * 1000) / (performance.now() - began);
  };
}

export const append64 = {
  workload: 'append-64',
  title: `${ACTORS} actors, each awaits its own append of one event`,
  unit: 'events/s',
  better: 'higher',
  contestants: ({ ours, peers }) => [
    { name: ours.name, of: ours, round: actors('each') },
    ...peers.map((of) => ({ name: `${of.name}, one transaction an append`, of, round: actors('each') })),
    ...peers.map((of) => ({ name: `${of.name}, ${ACTORS} in a transaction`, of, round: gathered('gathered') })),
  ],
};

export const appendBatch100 = {
  workload: `append-batch-${BATCH}`,
  title: `one caller, batches of ${BATCH} events`,
  unit: 'events/s',
  better: 'higher',
  contestants: ({ ours, peers }) =>
    [ours, ...peers].map((of) => ({ name: of.name, of, round: batches('batch') })),
};
