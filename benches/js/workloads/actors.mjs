/** Actors: how long many take to recover, and how many commands a second reach ids that are not in memory. */
import { eventAt, rowsAfter } from '../events.mjs';

const RECOVERED = idsOf(1000);
const EVENTS = 100;
const MANY = idsOf(10_000);
const ACTIVE = 200;

function idsOf(count) {
  return Array.from({ length: count }, (_, i) => `account-${i}`);
}

async function prepare({ journal }) {
  const entries = (id) => rowsAfter(id, 0, EVENTS).map(({ event }) => ({ event }));
  for (const id of RECOVERED) await journal.append(id, entries(id), 0);
}

async function recovered(subject) {
  const began = performance.now();
  const counts = await subject.ask(RECOVERED, undefined);
  if (counts.some((count) => count !== EVENTS)) throw new Error('an actor missed events');
  return performance.now() - began;
}

async function commanded(subject) {
  const began = performance.now();
  const counts = await subject.ask(MANY, eventAt(1), { maxActive: ACTIVE });
  if (new Set(counts).size !== 1) throw new Error('not every actor has stored each event');
  return (MANY.length * 1000) / (performance.now() - began);
}

const contestants = (round) => ({ ours }) => [{ name: ours.name, of: ours.actors, round }];

export const actorsRecovery = {
  workload: 'actors-recovery',
  title: `${RECOVERED.length} actors of ${EVENTS} events each, spawned at once, until all have answered`,
  unit: 'ms',
  notes: ['No snapshots. Each round is a new system of actors over the same open journal.'],
  better: 'lower',
  prepare,
  contestants: contestants(recovered),
};

export const actorsMany = {
  workload: 'actors-10k',
  title: `one command to each of ${MANY.length} actors, of which ${ACTIVE} stay in memory`,
  unit: 'commands/s',
  notes: ['Each actor recovers, stores one event and is passivated; it has one event more in each round.'],
  better: 'higher',
  contestants: contestants(commanded),
};
