import { InMemoryJournal, isConflict } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { contents, seqs } from '../events.mjs';
import { assign, fromTransition, persistActor, raise, setup, SimulatedClock, waitFor } from '../xstate.mjs';
import { losing } from './drivers.mjs';
import { account, Answers } from './machines.mjs';

const deposit = (amount) => ({ type: 'deposit', amount });

/** What starts the same actor again and again. */
function actorIn(room, machine, defaults = {}) {
  const options = { journal: room.journal(), snapshotStore: room.snapshots(), persistenceId: 'a', input: { owner: 'Ada' }, ...defaults };
  return { ...options, start: (others = {}) => persistActor(machine, { ...options, ...others }) };
}

/** The state with that of the actors within it. */
const stateOf = ({ actor }) => actor.getPersistedSnapshot();

/** What an attempt rejects with. */
const failureOf = (attempt) => attempt.then(() => undefined, (error) => error);

export const xstate = {
  async 'an actor is recovered with all that is in it'(room) {
    const bank = new Answers();
    const { start, journal } = actorIn(room, account({ bank }));
    const first = await start();
    await first.send(deposit(3));
    for (const type of ['note', 'note', 'note', 'note']) await first.send({ type });
    await first.send({ type: 'ask', question: 'how much?' });
    bank.give(70);
    await waitFor(first.actor, (state) => state.matches('open'));
    await first.flushed();
    const before = stateOf(first);
    equal(before.context, { owner: 'Ada', balance: 70, audits: 1 });
    equal(before.children.auditor.snapshot.context, { count: 1 });
    await first.stop();
    const second = await start({ input: { owner: 'somebody else' } });
    equal(stateOf(second), before);
    await second.send({ type: 'note' });
    equal(stateOf(second).children.auditor.snapshot.context, { count: 2 });
    await second.stop();
    equal((await journal.read('a', 1)).at(-1).event, { type: 'note' });
  },

  async 'the stream holds what the actor processed, and not what it raised'(room) {
    const machine = setup({}).createMachine({
      context: { n: 0 },
      on: { begin: { actions: raise({ type: 'count' }) }, count: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
    });
    const { start, journal } = actorIn(room, machine, { input: undefined });
    const first = await start();
    await first.send({ type: 'begin' });
    await first.send({ type: 'nobody knows' });
    await first.stop();
    equal(contents(await journal.read('a', 1)), [{ type: 'xstate.init' }, { type: 'begin' }, { type: 'nobody knows' }]);
    const second = await start();
    equal(second.actor.getSnapshot().context, { n: 1 });
    await second.stop();
  },

  async 'a snapshot stands for the events before it'(room) {
    const { start, journal, snapshotStore } = actorIn(room, account(), { snapshotEvery: 4 });
    const first = await start();
    for (const n of [1, 2, 3, 4, 5]) await first.send(deposit(n));
    const before = stateOf(first);
    await first.stop();
    equal((await snapshotStore.loadLatest('a')).sequenceNr, 4);
    await journal.delete('a', 4);
    const second = await start();
    equal(stateOf(second), before);
    await second.stop();
    const error = await refused(start({ snapshotStore: undefined }), 'integrity');
    equal([error.persistenceId, error.sequenceNr], ['a', 1]);
  },

  async 'actions are not run again'(room) {
    const done = [];
    const { start } = actorIn(room, account({ done: (type) => done.push(type) }));
    const first = await start();
    for (const type of ['note', 'note', 'note']) await first.send({ type });
    await first.send(deposit(1));
    await first.stop();
    const before = ['xstate.init', 'audited', 'deposit'];
    equal(done, before);
    const second = await start();
    equal(done, before);
    await second.send(deposit(1));
    equal(done, [...before, 'deposit']);
    await second.stop();
  },

  async 'an event whose delay is over is stored, and a delay that is not begins anew'(room) {
    const { start, journal } = actorIn(room, account());
    const clock = new SimulatedClock();
    const first = await start({ clock });
    await first.send({ type: 'freeze' });
    clock.increment(60_000);
    await first.flushed();
    equal(first.actor.getSnapshot().value, 'open');
    equal((await journal.read('a', 3))[0].event, { type: 'xstate.after.minute.account.frozen' });
    await first.send({ type: 'freeze' });
    clock.increment(59_999);
    await first.stop();
    const later = new SimulatedClock();
    const second = await start({ clock: later });
    later.increment(59_999);
    equal(second.actor.getSnapshot().value, 'frozen');
    later.increment(1);
    equal(second.actor.getSnapshot().value, 'open');
    await second.send({ type: 'freeze' });
    later.increment(1);
    equal(second.actor.getSnapshot().value, 'frozen', 'the delay was armed once');
    await second.stop();
    const last = new SimulatedClock();
    const third = await start({ clock: last });
    last.increment(59_999);
    for (const type of ['thaw', 'freeze']) await third.send({ type });
    last.increment(1);
    equal(third.actor.getSnapshot().value, 'frozen', 'the delay has ended with its state');
    await third.stop();
  },

  async 'a promise that was not answered is asked again, and one that was is not'(room) {
    const bank = new Answers();
    const { start } = actorIn(room, account({ bank }));
    const first = await start();
    await first.send({ type: 'ask', question: 'lost in the crash' });
    await first.stop();
    const second = await start();
    equal(bank.asked.map(({ input }) => input), ['lost in the crash', 'lost in the crash']);
    bank.give('too late');
    bank.give(5);
    await waitFor(second.actor, (state) => state.matches('open'));
    await second.stop();
    const third = await start();
    equal([third.actor.getSnapshot().context.balance, bank.asked.length], [5, 2]);
    await third.stop();
  },

  async 'an actor within it that failed stays failed, and errors keep name and message'(room) {
    const bank = new Answers();
    const { start, journal } = actorIn(room, account({ bank }));
    const first = await start();
    await first.send({ type: 'fail auditor' });
    equal(first.actor.getSnapshot().context.failure, 'the auditor has failed');
    await first.send({ type: 'ask', question: 1 });
    bank.fail(new TypeError('no answer'));
    await waitFor(first.actor, (state) => state.matches('open'));
    await first.flushed();
    const before = stateOf(first);
    await first.stop();
    equal((await journal.read('a', 1)).at(-1).event.error, { xstate$$error: { name: 'TypeError', message: 'no answer' } });
    const second = await start();
    equal(stateOf(second).context, before.context);
    const { status, error } = second.actor.getSnapshot().children.auditor.getSnapshot();
    equal([status, error instanceof Error, error.name, error.message], ['error', true, 'RangeError', 'the auditor has failed']);
    await second.stop();
  },

  async 'an actor that failed itself is recovered as failed'(room) {
    const bank = new Answers();
    const machine = setup({ actors: { bank: bank.logic } }).createMachine({ context: {}, invoke: { src: 'bank', id: 'bank' } });
    const { start, journal } = actorIn(room, machine);
    const first = await start();
    const failed = new Promise((error) => first.actor.subscribe({ error }));
    bank.fail(new TypeError('no answer'));
    equal((await failed).message, 'no answer');
    await first.stop();
    const second = await start();
    const { status, error } = second.actor.getSnapshot();
    equal([status, error.name, error.message], ['error', 'TypeError', 'no answer']);
    ok(/"any".*error/.test((await failureOf(second.send({ type: 'any' }))).message), 'it takes no events');
    await second.stop();
    equal(await journal.highestSeq('a'), 3);
  },

  async 'what an actor did when its parent had let it go is not stored'(room) {
    let top;
    const child = setup({}).createMachine({
      context: { n: 0 },
      on: { count: { actions: [assign({ n: ({ context }) => context.n + 1 }), () => top.actor.send({ type: 'anew' })] } },
    });
    const machine = setup({ actors: { child } }).createMachine({
      context: {},
      initial: 'on',
      states: { on: { invoke: { src: 'child', id: 'child' }, on: { anew: { target: 'on', reenter: true } } } },
    });
    const { start, journal } = actorIn(room, machine);
    top = await start();
    top.actor.getSnapshot().children.child.send({ type: 'count' });
    const before = stateOf(top);
    equal(before.children.child.snapshot.context, { n: 0 });
    await top.stop();
    equal(contents(await journal.read('a', 2)), [{ type: 'anew' }]);
    top = await start();
    equal(stateOf(top), before);
    await top.stop();
  },

  async 'a second actor on the stream gets a conflict and stops'(room) {
    const { start, journal } = actorIn(room, account());
    const [first, told] = [await start(), []];
    const second = await start({ onError: (error) => told.push(error) });
    await first.send(deposit(1));
    const error = await failureOf(second.send(deposit(2)));
    ok(isConflict(error), String(error));
    equal([error.expectedSeq, error.actualSeq], [1, 2]);
    ok(told.length === 1 && told[0] === error, 'onError is told once');
    equal(second.actor.getSnapshot().status, 'stopped');
    ok((await failureOf(second.flushed())) === error, 'what was lost stays lost');
    await first.send(deposit(3));
    await first.stop();
    equal((await journal.read('a', 2)).map(({ event }) => event.amount), [1, 3]);
  },

  async 'an actor that two begin at once is begun once'(room) {
    const { start, journal } = actorIn(room, account());
    const begun = await Promise.allSettled([start(), start()]);
    ok(begun.some(({ value }) => value), 'one of them has begun it');
    ok(begun.every(({ value, reason }) => value || isConflict(reason)), String(begun[1].reason));
    equal(seqs(await journal.read('a', 1)), [1]);
    for (const { value } of begun) await value?.stop();
  },

  async 'a lost answer is asked for again, and written once'() {
    const journal = new InMemoryJournal({ driver: losing((count) => count % 2 === 0) });
    const options = { journal, persistenceId: 'a', input: { owner: 'Ada' } };
    const first = await persistActor(account(), options);
    await first.send(deposit(1));
    equal(contents(await journal.read('a', 1)), [{ type: 'xstate.init', input: { owner: 'Ada' } }, deposit(1)]);
    await first.stop();
    await journal.close();
  },

  async 'an answer that stays lost stops the actor'() {
    const journal = new InMemoryJournal({ driver: losing(() => true) });
    await refused(persistActor(account(), { journal, persistenceId: 'a', input: { owner: 'Ada' } }), 'lost');
    await journal.close();
  },

  async 'what was sent without waiting is stored in order when the actor has stopped'(room) {
    const { start, journal } = actorIn(room, account());
    const first = await start();
    const amounts = Array.from({ length: 300 }, (_, n) => n);
    for (const amount of amounts) first.actor.send(deposit(amount));
    await first.stop();
    await first.stop();
    equal((await journal.read('a', 2)).map(({ event }) => event.amount), amounts);
  },

  async 'an event sent by an action is awaited too'(room) {
    let persisted;
    let sent;
    const done = (type) => {
      if (type === 'deposit' && !sent) sent = persisted.send(deposit(2));
    };
    const { start, journal } = actorIn(room, account({ done }));
    persisted = await start();
    await persisted.send(deposit(1));
    await sent;
    equal((await journal.read('a', 2)).map(({ event }) => event.amount), [1, 2]);
    await persisted.stop();
  },

  async 'an event that is not processed is refused, and not stored'(room) {
    const { start, journal } = actorIn(room, account());
    const first = await start();
    first.actor.subscribe({ error: () => {} });
    const broken = await failureOf(first.send({ type: 'break' }));
    ok(/"break".*error/.test(broken?.message) && broken.cause.message === 'it is broken', String(broken));
    await first.stop();
    const second = await start();
    await second.send({ type: 'close' });
    const late = await failureOf(second.send(deposit(1)));
    ok(/"deposit".*done/.test(late?.message), String(late));
    equal(contents(await journal.read('a', 2)), [{ type: 'close' }]);
    await second.stop();
    const third = await start();
    equal(third.actor.getSnapshot().status, 'done');
    await third.stop();
  },

  async 'an event that cannot be stored stops the actor'(room) {
    const { start, journal } = actorIn(room, account(), { onError: () => {} });
    const first = await start();
    await refused(first.send({ type: 'note', by: () => {} }), 'unencodable', /by/);
    equal(first.actor.getSnapshot().status, 'stopped');
    equal((await journal.read('a', 1)).length, 1);
  },

  async 'a snapshot that fails is reported and changes nothing else'(room) {
    const told = [];
    const { start, snapshotStore } = actorIn(room, account(), { snapshotEvery: 1, onSnapshotFailure: (error) => told.push(error.code) });
    const first = await start();
    await snapshotStore.close();
    await first.send(deposit(1));
    await first.send(deposit(2));
    equal(told, ['closed', 'closed']);
    await first.stop();
    const second = await start({ snapshotStore: undefined });
    equal(second.actor.getSnapshot().context.balance, 3);
    await second.stop();
  },

  async 'logic of a transition function is persisted'(room) {
    const sum = fromTransition((state, event) => ({ sum: state.sum + event.amount }), ({ input }) => ({ sum: input }));
    const { start } = actorIn(room, sum, { input: 10 });
    const first = await start();
    await first.send(deposit(5));
    await first.stop();
    const second = await start();
    equal(second.actor.getSnapshot().context, { sum: 15 });
    await second.stop();
  },

  async 'an actor that is spawned needs an id'(room) {
    const { logic } = new Answers();
    const spawning = (options) => setup({ actors: { logic } }).createMachine({
      context: {},
      on: { spawn: { actions: assign({ spawned: ({ spawn }) => spawn('logic', options) }) } },
    });
    const nameless = await actorIn(room, spawning({}), { persistenceId: 'nameless' }).start();
    nameless.actor.subscribe({ error: () => {} });
    const error = await failureOf(nameless.send({ type: 'spawn' }));
    ok(/needs an id/.test(error.cause.message), String(error));
    const { start } = actorIn(room, spawning({ id: 'one' }), { persistenceId: 'named' });
    const named = await start();
    await named.send({ type: 'spawn' });
    await named.stop();
    const again = await start();
    const { context, children } = again.actor.getSnapshot();
    ok(context.spawned === children.one && children.one.getSnapshot().status === 'active', 'the actor in the context');
    await again.stop();
  },

  async 'what throws in the first state rejects, and nothing is written'(room) {
    const context = () => {
      throw new Error('no beginning');
    };
    const { start, journal } = actorIn(room, setup({}).createMachine({ context }));
    equal((await failureOf(start())).message, 'no beginning');
    equal(await journal.highestSeq('a'), 0);
  },

  async 'a stream and a snapshot that are not the machine’s are refused'(room) {
    const { start, journal, snapshotStore } = actorIn(room, account());
    for (const [id, event] of [['object', { deposited: 1 }], ['number', 5], ['event', { type: 'deposit' }]]) {
      await journal.append(id, [{ event }], 0);
      await refused(start({ persistenceId: id }), 'integrity', /xstate\.init/);
    }
    const init = { type: 'xstate.init', input: { owner: 'Ada' } };
    await journal.append('a', [{ event: init }, { event: { actor: ['nobody'], event: { type: 'note' } } }], 0);
    await refused(start(), 'integrity', /nobody/);
    await snapshotStore.save('a', 2, { status: 'active', value: 'demolished', context: {}, children: {}, historyValue: {} });
    ok(/demolished/.test((await failureOf(start())).message), 'a state that the machine does not have');
  },

  async 'a wrong option is refused before anything is written'(room) {
    const { start, journal } = actorIn(room, account());
    for (const snapshotEvery of [0, -1, 1.5, NaN]) await refused(start({ snapshotEvery }), 'invalid-argument');
    await refused(start({ persistenceId: 'a/b' }), 'invalid-argument');
    equal(await journal.highestSeq('a'), 0);
  },
};
