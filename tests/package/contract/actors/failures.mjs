import { equal, ok } from '../../assert.mjs';
import { contents } from '../../events.mjs';
import { failingAppends, lostBefore, lostBehind, overtaken, rejected } from './faults.mjs';
import { failing, look, Stage, throwing } from './stage.mjs';

/** Stores an event and then throws. */
const storeAndThrow = (event) => (actor) => actor.persist(event, throwing('thrown behind it'));

/** Asks for an event and throws before it is stored. */
const throwBefore = (event) => (actor) => {
  actor.persist(event);
  throw Object.assign(new Error('thrown before it'), { code: 'thrown' });
};

/** What a command that throws, and one that throws behind its event, make of an actor. */
async function failTwice(stage, ref) {
  const waiting = [ref.ask(1), failing(ref.ask(throwBefore(2)), 'thrown'), ref.ask(look)];
  const [, , between] = await Promise.all(waiting);
  const [error, behind] = await Promise.all([failing(ref.ask(storeAndThrow(4)), 'stored'), ref.ask(look)]);
  equal([between, error.cause.message, behind, await ref.ask(8)], [1, 'thrown behind it', 5, 13]);
  await stage.system.terminate();
  equal(contents(await stage.journal.read('sum', 1)), [1, 4, 8]);
}

export const failures = {
  async 'a failing command restarts the actor and keeps what was stored'(room) {
    const stage = new Stage(room);
    await failTwice(stage, stage.spawn());
    equal(stage.made, 3);
  },

  async 'a failing command resumes where the policy says so'(room) {
    const stage = new Stage(room, { failurePolicy: 'resume' });
    await failTwice(stage, stage.spawn());
    equal(stage.made, 1);
  },

  async 'a failing command stops the actor where the policy says so'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn({}, { failurePolicy: 'stop' });
    const first = failing(ref.ask(storeAndThrow(1)), 'stored');
    const waiting = failing(ref.ask(2), 'stopped');
    equal([(await waiting).cause === (await first), stage.made], [true, 1]);
    await failing(ref.ask(2), 'stopped');
    equal(await stage.spawn().ask(4), 5);
    await stage.system.terminate();
  },

  async 'a failing fold restarts and then reports recovery failure'(room) {
    for (const failurePolicy of ['restart', 'resume']) {
      const stage = new Stage(room, { failurePolicy });
      const told = [];
      const id = `sum-${failurePolicy}`;
      const onEvent = (state, event) => (event < 0 ? throwing('below zero')() : state + event);
      const ref = stage.spawn({ onEvent, onRecoveryFailure: (error) => void told.push(error.message) }, { id });
      await ref.ask(1);
      const [failed, waiting] = [failing(ref.ask(-1), 'stored'), failing(ref.ask(2), 'not-recovered')];
      equal([(await failed).cause.message, (await waiting).cause.message], ['below zero', 'below zero']);
      equal([told, stage.made, contents(await stage.journal.read(id, 1))], [['below zero'], 2, [1, -1]]);
    }
  },

  async 'a rejected append leaves the actor running'(room) {
    const stage = new Stage(room, { journal: failingAppends(room.journal(), rejected) });
    const ref = stage.spawn();
    const [first, second] = [failing(ref.ask(1), 'full'), ref.ask(2)];
    equal([(await first).message, await second, await ref.ask(4), stage.made], ['no room, on purpose', 2, 6, 1]);
    await stage.system.terminate();
    equal(await stage.recovered(), 6);
  },

  async 'a lost append is repeated and written once'(room) {
    for (const faults of [[lostBehind], [lostBefore], [lostBefore, lostBehind, rejected]]) {
      const stage = new Stage(room, { journal: failingAppends(room.journal(), ...faults) });
      const id = `sum-${faults.map(({ name }) => name).join('-')}`;
      const ref = stage.spawn({}, { id });
      equal(await Promise.all([ref.ask(1), ref.ask(2)]), [1, 3]);
      await stage.system.terminate();
      equal([contents(await stage.journal.read(id, 1)), stage.made], [[1, 2], 1]);
    }
  },

  async 'a conflict stops the actor'(room) {
    const stage = new Stage(room, { journal: failingAppends(room.journal(), overtaken) });
    const ref = stage.spawn();
    const waiting = failing(ref.ask(1), 'conflict');
    const behind = failing(ref.ask(2), 'stopped');
    const error = await waiting;
    ok(/another writer owns the stream "sum"/.test(error.message), error.message);
    equal([error.expectedSeq, error.actualSeq, (await behind).cause === error], [0, 1, true]);
    equal(await stage.spawn().ask(4), 1004);
    await stage.system.terminate();
  },
};
