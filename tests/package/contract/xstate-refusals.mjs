/** What stops an actor of XState, and what it refuses. */
import { InMemoryJournal, isConflict, JournalError } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { contents, seqs } from '../events.mjs';
import { assign, persistActor, setup } from '../xstate.mjs';
import { before, failingAppends, lostBehind, rejected, stored } from './actors/faults.mjs';
import { failing, Gate } from './actors/stage.mjs';
import { losing } from './drivers.mjs';
import { account, actorIn, Answers, deposit, failureOf, stateOf } from './machines.mjs';

export const xstateRefusals = {
  async 'a wrong argument is refused with its name'(room) {
    const options = { journal: room.journal(), persistenceId: 'a', input: { owner: 'Ada' } };
    const wrong = { journal: 'x', persistenceId: undefined, snapshotEvery: 0, onError: 1, snapshotevery: 2 };
    for (const [name, value] of Object.entries(wrong)) {
      await refused(persistActor(account(), { ...options, [name]: value }), 'invalid-argument', new RegExp(name));
    }
    await refused(persistActor(account()), 'invalid-argument', /options/);
    await refused(persistActor({}, options), 'invalid-argument', /logic/);
    const persisted = await persistActor(account(), options);
    for (const event of ['deposit', undefined, {}]) await refused(persisted.send(event), 'invalid-argument', /type/);
    equal(persisted.actor.getSnapshot().status, 'active');
    await persisted.stop();
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

  async 'an append that was lost stays so, whatever its repetition fails with'(room) {
    const journal = failingAppends(room.journal(), stored, lostBehind, rejected, rejected, rejected);
    const { start } = actorIn(room, account(), { journal, onError: () => {} });
    const first = await start();
    await refused(first.send(deposit(1)), 'lost');
    equal(first.actor.getSnapshot().status, 'stopped');
    const second = await start();
    equal(second.actor.getSnapshot().context.balance, 1);
    await second.stop();
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

  async 'an event that is sent again is refused where it is not processed again'(room) {
    const { start, journal } = actorIn(room, account());
    const first = await start();
    const events = [deposit(1), { type: 'close' }];
    const both = () => events.map((event) => first.send(event));
    const outcomes = await Promise.allSettled([...both(), ...both()]);
    equal(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    ok(/"deposit".*done/.test((await failureOf(first.send(events[0]))).message), 'refused when all is stored, too');
    await first.stop();
    equal(contents(await journal.read('a', 2)), events);
  },

  async 'an event is refused where too many wait to be stored, and taken when they are'(room) {
    const gate = new Gate();
    const append = async (inner, id, entries, seq) => {
      if (seq > 0) await gate.pass();
      return inner.append(id, entries, seq);
    };
    const { start } = actorIn(room, account(), { journal: before(room.journal(), { append }) });
    const first = await start();
    const early = first.send(deposit(1));
    for (let i = 2; i < 10_000; i++) first.actor.send(deposit(1));
    const taken = first.send(deposit(1));
    await failing(first.send(deposit(1_000_000)), 'mailbox-full');
    gate.open();
    await Promise.all([early, taken]);
    await first.send(deposit(1));
    equal(first.actor.getSnapshot().context.balance, 10_001);
    await first.stop();
  },

  async 'an event that cannot be stored stops the actor'(room) {
    const { start, journal } = actorIn(room, account(), { onError: () => {} });
    const first = await start();
    await refused(first.send({ type: 'note', by: () => {} }), 'unencodable', /by/);
    equal(first.actor.getSnapshot().status, 'stopped');
    equal((await journal.read('a', 1)).length, 1);
  },

  async 'an event with a cycle, and one that is very deep, are refused by their path'(room) {
    const { start } = actorIn(room, account(), { onError: () => {} });
    const circle = { type: 'note', within: [{}] };
    circle.within[0].circle = circle.within;
    await refused((await start()).send(circle), 'unencodable', /\$\.within\[0\]\.circle is a cycle/);
    const deep = { type: 'note' };
    for (let level = 0, inner = deep; level < 20_000; level++) inner = inner.deeper = {};
    await refused((await start()).send(deep), 'unencodable', /levels/);
    await refused(start({ persistenceId: 'b', input: circle }), 'unencodable', /input\.within/);
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

  async 'a snapshot store that throws instead of rejecting is reported, and changes nothing else'(room) {
    const told = [];
    const full = () => {
      throw new JournalError('full', 'at once, on purpose');
    };
    const snapshotStore = before(room.snapshots(), { save: full });
    const onSnapshotFailure = ({ code }) => told.push(code);
    const { start } = actorIn(room, account(), { snapshotStore, snapshotEvery: 1, onSnapshotFailure });
    const first = await start();
    await first.send(deposit(1));
    await first.send(deposit(2));
    equal(told, ['full', 'full']);
    await first.stop();
    const second = await start();
    equal(second.actor.getSnapshot().context.balance, 3);
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

  async 'an event and a snapshot with a manifest are another program’s, and refused'(room) {
    const { start, journal, snapshotStore } = actorIn(room, account());
    const first = await start();
    await first.stop();
    await snapshotStore.save('a', 1, stateOf(first), { manifest: 'account', version: 2 });
    await refused(start(), 'unsupported-schema', /snapshot.*account/);
    await journal.append('a', [{ event: deposit(1), manifest: 'deposit', version: 2 }], 1);
    await refused(start({ snapshotStore: undefined }), 'unsupported-schema', /event.*deposit/);
  },

  async 'a wrong option is refused before anything is written'(room) {
    const { start, journal } = actorIn(room, account());
    for (const snapshotEvery of [0, -1, 1.5, NaN]) await refused(start({ snapshotEvery }), 'invalid-argument');
    await refused(start({ persistenceId: 'a/b' }), 'invalid-argument');
    equal(await journal.highestSeq('a'), 0);
  },
};
