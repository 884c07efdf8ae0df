import { equal, refused } from '../../assert.mjs';
import { all, contents, range } from '../../events.mjs';
import { before, gated } from './faults.mjs';
import { failing, Gate, look, pause, Stage } from './stage.mjs';

export const commands = {
  async 'answers commands in the order they came'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const answers = range(1, 20).map((n) => ref.ask(n % 2 ? n : async (actor) => {
      await pause();
      actor.persist(n, (sum) => actor.reply(sum));
    }));
    equal(await Promise.all(answers), range(1, 20).map((n) => (n * (n + 1)) / 2));
    await stage.system.terminate();
    equal(contents(await stage.journal.read('sum', 1)), range(1, 20));
  },

  async 'commands wait while events are persisted'(room) {
    const gate = new Gate();
    const stage = new Stage(room, { journal: gated(room.journal(), gate) });
    const ref = stage.spawn();
    const begun = [];
    const first = ref.ask(1);
    const others = range(2, 4).map((n) => ref.ask((actor, state) => (begun.push(n), actor.reply(state))));
    await gate.reached;
    await pause();
    equal(begun, []);
    gate.open();
    equal([await first, await Promise.all(others), begun], [1, [1, 1, 1], [2, 3, 4]]);
    await stage.system.terminate();
  },

  async 'persists all of a batch or none'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const batch = (...events) => (actor) => actor.persistAll(events, (sum) => actor.reply(sum));
    equal(await ref.ask(batch(1, 2)), 3);
    await refused(ref.ask(batch(4, Number.NaN)), 'unencodable');
    equal(await ref.ask(batch(8)), 11);
    await stage.system.terminate();
    equal(contents(await stage.journal.read('sum', 1)), [1, 2, 8]);
  },

  async "folds what the journal stored and not the caller's object"(room) {
    const journal = before(room.journal(), {
      async append(inner, id, entries, seq) {
        const stored = await inner.append(id, entries, seq);
        for (const { event } of entries) event.n = 100;
        return stored;
      },
    });
    const stage = new Stage(room, { journal });
    const onEvent = (state, { n }) => state + n;
    const ref = stage.spawn({ onEvent });
    equal([await ref.ask({ n: 1 }), await ref.ask({ n: 2 })], [1, 3]);
    await stage.system.terminate();
    equal(await stage.recovered({ onEvent }), 3);
  },

  async 'a full mailbox rejects with mailbox-full'(room) {
    const gate = new Gate();
    const stage = new Stage(room, { journal: gated(room.journal(), gate), mailboxSize: 5 });
    const ref = stage.spawn({}, { mailboxSize: 2 });
    const first = ref.ask(1);
    await gate.reached;
    const taken = [ref.ask(2), ref.ask(3)];
    await failing(ref.ask(4), 'mailbox-full');
    gate.open();
    equal([await first, await Promise.all(taken), await ref.ask(5)], [1, [3, 6], 11]);
    await stage.system.terminate();
  },

  async 'ask times out and the command may still be carried out'(room) {
    const gate = new Gate();
    const stage = new Stage(room, { journal: gated(room.journal(), gate) });
    const ref = stage.spawn();
    await failing(ref.ask(1, 1), 'timeout');
    gate.open();
    equal(await ref.ask(2), 3);
    await stage.system.terminate();
  },

  async 'tell needs no answer'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    equal([ref.tell(1), ref.tell((actor) => actor.persist(2))], [undefined, undefined]);
    equal(await ref.ask(look), 3);
    await stage.system.terminate();
  },

  async 'a rejection changes nothing'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn();
    const refusal = { code: 'overdraft' };
    const withdraw = (actor) => {
      actor.persist(1, () => actor.reply('stored'));
      actor.reject(refusal);
      actor.persist(2);
      actor.saveSnapshot();
    };
    equal((await failing(ref.ask(withdraw), 'overdraft')) === refusal, true);
    equal([await ref.ask(look), await ref.ask(4), stage.made], [0, 4, 1]);
    await failing(ref.ask((actor) => (actor.reject(refusal), actor.stop())), 'overdraft');
    await failing(ref.ask(look), 'stopped');
    await stage.system.terminate();
    equal([contents(await stage.journal.read('sum', 1)), await stage.snapshotStore.loadLatest('sum')], [[4], undefined]);
  },

  async 'tags are stored with events'(room) {
    const stage = new Stage(room);
    const tagsFor = (event) => (event % 2 ? ['odd', `n-${event}`] : []);
    const ref = stage.spawn({ tagsFor });
    await Promise.all([ref.ask(1), ref.ask((actor) => actor.persistAll([2, 3]))]);
    await stage.system.terminate();
    equal(contents(await all(stage.journal.eventsByTag('odd'))), [1, 3]);
    equal((await stage.journal.read('sum', 1)).map(({ tags }) => tags), [['odd', 'n-1'], undefined, ['odd', 'n-3']]);
  },
};
