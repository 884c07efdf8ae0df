import { equal } from '../assert.mjs';
import { Dice } from '../dice.mjs';
import { persistActor, SimulatedClock } from '../xstate.mjs';
import { account, Answers } from './machines.mjs';

/** What may happen to an account, its clock and its bank. */
const HAPPENINGS = [
  ({ actor }, below) => actor.send({ type: 'deposit', amount: below(100) }),
  ({ actor }) => actor.send({ type: 'note' }),
  ({ actor }) => actor.send({ type: 'note' }),
  ({ actor }) => actor.send({ type: 'freeze' }),
  ({ actor }, below) => actor.send({ type: 'ask', question: below(100) }),
  ({ clock }, below) => clock.increment(below(60_000)),
  ({ bank }, below) => bank.asked.at(-1)?.resolve(below(100)),
  ({ bank }, below) => below(4) === 0 && bank.asked.at(-1)?.reject(new RangeError(`error ${below(100)}`)),
  ({ actor }, below) => below(10) === 0 && actor.send({ type: 'fail auditor' }),
  ({ persisted }) => persisted.flushed(),
  ({ persisted }) => persisted.send({ type: 'deposit', amount: 1 }),
];

/** The state as far as JSON keeps it, with errors by name and message. */
function stateOf(actor) {
  const shown = (_, part) => (part instanceof Error ? String(part) : part);
  return JSON.parse(JSON.stringify(actor.getPersistedSnapshot(), shown));
}

async function lived(seed, options) {
  const dice = new Dice(seed);
  const below = (bound) => dice.below(bound);
  const bank = new Answers();
  const machine = account({ bank });
  const start = async (others) => {
    const clock = new SimulatedClock();
    const persisted = await persistActor(machine, { ...options, input: { owner: 'Ada' }, snapshotEvery: 1 + below(9), clock, ...others });
    return { persisted, actor: persisted.actor, clock, bank };
  };
  let life = await start();
  for (let round = 0; round < 5; round++) {
    for (let step = below(30); step > 0; step--) await HAPPENINGS[below(HAPPENINGS.length)](life, below);
    const before = stateOf(life.actor);
    await life.persisted.stop();
    const replayed = await start({ snapshotStore: undefined });
    equal(stateOf(replayed.actor), before, `seed ${seed}, round ${round}: the fold of all events`);
    await replayed.persisted.stop();
    life = await start();
    equal(stateOf(life.actor), before, `seed ${seed}, round ${round}: from the snapshot`);
  }
  await life.persisted.stop();
}

export const xstateRandom = {
  async 'whatever happens, an actor is recovered as it was'(room) {
    const stores = { journal: room.journal(), snapshotStore: room.snapshots() };
    for (let seed = 1; seed <= 4; seed++) await lived(seed, { ...stores, persistenceId: `a${seed}` });
  },
};
