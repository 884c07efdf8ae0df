/** How actors of XState are stored and recovered. */
import { equal, ok, refused } from '../assert.mjs';
import { contents } from '../events.mjs';
import { assign, fromCallback, fromTransition, raise, sendTo, setup, SimulatedClock, waitFor } from '../xstate.mjs';
import { before } from './actors/faults.mjs';
import { Gate, pause } from './actors/stage.mjs';
import { account, actorIn, Answers, deposit, failureOf, stateOf } from './machines.mjs';

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

  async 'what was sent without waiting is stored in order when the actor has stopped'(room) {
    const { start, journal } = actorIn(room, account());
    const first = await start();
    const amounts = Array.from({ length: 300 }, (_, n) => n);
    for (const amount of amounts) first.actor.send(deposit(amount));
    await first.stop();
    await first.stop();
    equal((await journal.read('a', 2)).map(({ event }) => event.amount), amounts);
  },

  async 'what comes while an append is slow goes into several, a turn never apart'(room) {
    const [gate, sizes] = [new Gate(), []];
    const append = async (inner, id, entries, seq) => {
      sizes.push(entries.length);
      if (seq > 0) await gate.pass();
      return inner.append(id, entries, seq);
    };
    const { start, snapshotStore } = actorIn(room, account(), { journal: before(room.journal(), { append }), snapshotEvery: 1000 });
    const first = await start();
    for (const count of [1, 700, 700, 700]) {
      for (let i = 0; i < count; i++) first.actor.send(deposit(1));
      await pause();
    }
    gate.open();
    await first.flushed();
    equal(sizes, [1, 1, 1400, 700]);
    const { sequenceNr, state } = await snapshotStore.loadLatest('a');
    equal([sequenceNr, state.context.balance], [2102, 2101], 'the snapshot waits for the last of them');
    await first.stop();
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

  async 'an event is stored as it was when it was processed'(room) {
    const sum = fromTransition((state, { amounts = new Map() }) => (amounts.get('all') ?? []).reduce((total, n) => total + n, state), 0);
    const { start, journal } = actorIn(room, sum, { journal: room.journal({ codec: 'cbor' }) });
    const first = await start();
    const event = { type: 'deposit', at: new Date(0), amounts: new Map([['all', [1]]]), by: new Set(['Ada']), key: Uint8Array.of(1) };
    const later = { type: 'deposit', at: new Date(9), amounts: new Map([['all', [1, 10]]]), by: new Set(['Ada', 'Bob']), key: Uint8Array.of(2) };
    const sent = [structuredClone(event), later];
    first.actor.subscribe(() => (event.type = 'changed by a subscriber'));
    first.actor.send(event);
    event.type = 'deposit';
    event.at.setTime(9);
    event.amounts.get('all').push(10);
    event.by.add('Bob');
    event.key[0] = 2;
    await first.send(event);
    equal(contents(await journal.read('a', 2)), sent);
    await first.stop();
    const second = await start();
    equal(second.actor.getSnapshot().context, 12);
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

  async 'callbacks begin again, and an actor without a name is folded but not in snapshots'(room) {
    const counter = fromTransition((state, { type }) => ({ n: state.n + (type === 'count' ? 1 : 0) }), { n: 0 });
    const echo = fromCallback(({ receive, sendBack }) => {
      sendBack({ type: 'begun' });
      receive(() => sendBack({ type: 'echo' }));
    });
    const machine = setup({ actors: { echo } }).createMachine({
      context: ({ spawn }) => ({ heard: [], counter: spawn(counter, { id: 'counter' }) }),
      invoke: { src: 'echo', id: 'echo' },
      on: {
        shout: { actions: [sendTo('echo', { type: 'shout' }), sendTo('counter', { type: 'count' })] },
        '*': { actions: assign({ heard: ({ context, event }) => [...context.heard, event.type] }) },
      },
    });
    const told = [];
    const { start } = actorIn(room, machine, { snapshotEvery: 1, onSnapshotFailure: ({ message }) => told.push(message) });
    const stateIn = ({ actor }) => {
      const { context, children } = actor.getSnapshot();
      ok(context.counter === children.counter, 'the actor in the context');
      return [context.heard, context.counter.getSnapshot().context];
    };
    const first = await start();
    await first.send({ type: 'shout' });
    equal(stateIn(first), [['begun', 'echo'], { n: 1 }]);
    await first.stop();
    ok(told.length > 0 && told.every((message) => /inline|counter\.src/.test(message)), told.join());
    const second = await start();
    equal(stateIn(second), [['begun', 'echo', 'begun'], { n: 1 }]);
    await second.stop();
  },
};
