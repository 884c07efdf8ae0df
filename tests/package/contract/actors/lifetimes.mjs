import { InMemoryJournal, PersistenceExtensionId } from '../../actor-journal.mjs';
import { equal, ok } from '../../assert.mjs';
import { contents, entries, range } from '../../events.mjs';
import { before, gated } from './faults.mjs';
import { complaints, failing, Gate, look, pause, Stage, Sum, throwing } from './stage.mjs';

export const lifetimes = {
  async 'a stopped actor can be spawned again'(room) {
    const stage = new Stage(room);
    const first = stage.spawn();
    const stopping = [first.ask(1), first.ask((actor) => (actor.persist(2), actor.stop())), failing(first.ask(4), 'stopped')];
    await Promise.all(stopping);
    const second = stage.spawn();
    equal(await second.ask(8), 11);
    await stage.system.stop(first);
    equal(await second.ask(16), 27, 'a ref of the first does not stop the second');
    await stage.system.stop('sum');
    await failing(second.ask(32), 'stopped');
    equal(await stage.spawn().ask(64), 91);
    await stage.system.terminate();
  },

  async 'stop waits for what is in flight'(room) {
    const gate = new Gate();
    const stage = new Stage(room, { journal: gated(room.journal(), gate) });
    const ref = stage.spawn();
    const taken = [ref.ask(1), ref.ask(2)];
    let stopped = false;
    const stopping = stage.system.stop(ref).then(() => (stopped = true));
    await failing(ref.ask(4), 'stopped');
    await gate.reached;
    await pause();
    equal(stopped, false);
    gate.open();
    equal([await Promise.all(taken), await stopping], [[1, 3], true]);
    equal(contents(await stage.journal.read('sum', 1)), [1, 2]);
  },

  async 'terminate stops all after what is in flight'(room) {
    const gate = new Gate();
    const stage = new Stage(room, { journal: gated(room.journal(), gate) });
    const refs = ['a', 'b', 'c'].map((id) => stage.spawn({}, { id }));
    const taken = refs.map((ref) => ref.ask(1));
    const terminating = stage.system.terminate();
    await Promise.all(refs.map((ref) => failing(ref.ask(2), 'terminated')));
    gate.open();
    await terminating;
    equal(await Promise.all(taken), [1, 1, 1]);
    equal(stage.system.active, 0);
    const error = await failing(Promise.resolve().then(() => stage.spawn()), 'terminated');
    ok(/"test"/.test(error.message), error.message);
  },

  async 'an idle actor is passivated and comes back'(room) {
    const stage = new Stage(room);
    const staying = stage.spawn({}, { id: 'staying' });
    const ref = stage.spawn({}, { passivateAfterMs: 1 });
    equal([await staying.ask(1), await ref.ask(1)], [1, 1]);
    while (stage.system.active > 1) await pause();
    const { made } = stage;
    equal([await ref.ask(2), await staying.ask(2), stage.made - made], [3, 3, 1]);
    await stage.system.terminate();
  },

  async 'the least recently used is passivated beyond the bound'(room) {
    const stage = new Stage(room, { maxActive: 2 });
    const refs = {};
    for (const id of ['a', 'b', 'c']) {
      refs[id] = stage.spawn({}, { id });
      await refs[id].ask(1);
    }
    const made = [];
    for (const id of ['b', 'c', 'a', 'c', 'b']) {
      const before = stage.made;
      await refs[id].ask(1);
      await pause();
      made.push(stage.made - before);
      ok(stage.system.active <= 2, `${stage.system.active} in memory`);
    }
    equal(made, [0, 0, 1, 0, 1]);
    await stage.system.terminate();
  },

  async 'commands that meet a passivation are not lost'(room) {
    const stage = new Stage(room, { maxActive: 1 });
    const ids = ['a', 'b', 'c'];
    const refs = ids.map((id) => stage.spawn({}, { id }));
    const answers = [];
    for (const round of range(1, 10)) {
      for (const ref of refs) answers.push(ref.ask(1));
      if (round % 2) await answers.at(-1 - (round % 3));
    }
    equal(await Promise.all(answers), range(1, 10).flatMap((n) => [n, n, n]));
    ok(stage.made > ids.length, 'some were passivated');
    await stage.system.terminate();
    for (const id of ids) equal(contents(await stage.journal.read(id, 1)), Array(10).fill(1));
  },

  async 'recoveries are bounded'(room) {
    const running = { now: 0, most: 0 };
    const journal = before(room.journal(), {
      async highestSeq(inner, id) {
        running.most = Math.max(running.most, ++running.now);
        do await pause();
        while (running.most < 2);
        running.now--;
        return inner.highestSeq(id);
      },
    });
    const stage = new Stage(room, { journal, maxRecoveries: 2 });
    const ids = range(1, 7).map((n) => `sum-${n}`);
    for (const id of ids) await journal.append(id, entries(1), 0);
    equal(await Promise.all(ids.map((id) => stage.spawn({}, { id }).ask(look))), ids.map(() => 1));
    equal(running, { now: 0, most: 2 });
    await stage.system.terminate();
  },

  async 'of two actors in memory on one id the second is refused'(room) {
    const { system, journal } = new Stage(room);
    const spawning = async (name, options) => system.spawn(() => new Sum(), name, options);
    const first = await spawning('first', { passivateAfterMs: 1 });
    const error = await failing(spawning('second'), 'id-taken');
    ok(/"second" has the persistence id of another one in memory, "sum"/.test(error.message), error.message);
    equal(await first.ask(1), 1);
    await failing(first.ask(throwing('thrown')), undefined);
    await failing(spawning('second'), 'id-taken');
    while (system.active > 0) await pause();
    const second = await spawning('second');
    equal(await second.ask(2), 3);
    const lines = await complaints(async () => {
      equal((await failing(first.ask(4), 'not-recovered')).cause.code, 'id-taken');
    });
    ok(lines.length === 1 && /^"sum" was not recovered:/.test(lines[0]), lines.join('\n'));
    await system.stop(second);
    equal(await (await spawning('first')).ask(8), 11);
    const other = new InMemoryJournal();
    system.extension(PersistenceExtensionId).setJournal(other);
    equal(await (await spawning('elsewhere')).ask(16), 16, 'the same id in another journal');
    await system.terminate();
    await other.close();
    equal(contents(await journal.read('sum', 1)), [1, 2, 8]);
  },
};
