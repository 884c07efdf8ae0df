import { InMemoryJournal } from '../actor-journal.mjs';
import { equal, ok, refused, thrown } from '../assert.mjs';
import { contents, counted, entries, listening, positions, range, seqs, tagged } from '../events.mjs';
import { making } from '../making.mjs';
import { Gate, pause } from './actors/stage.mjs';

/** What the journal announces of `scenario`. */
async function heard(journal, scenario) {
  const events = [];
  const end = listening(journal, (event) => events.push(event));
  await scenario();
  await end();
  return events;
}

/** What goes to the global error report while `scenario` runs. */
async function reported(scenario) {
  const errors = [];
  const onPage = (event) => {
    event.preventDefault();
    errors.push(event.error);
  };
  const onConsole = console.error;
  globalThis.window?.addEventListener('error', onPage);
  if (!globalThis.window) console.error = (error) => errors.push(error);
  try {
    await scenario();
  } finally {
    globalThis.window?.removeEventListener('error', onPage);
    console.error = onConsole;
  }
  return errors;
}

export const subscribers = {
  async 'what is no listener is refused'(room) {
    const { events } = room.journal();
    for (const listener of [3, undefined]) thrown(() => events.subscribe(listener), 'invalid-argument', /listener must be a function/);
  },

  async 'a subscriber sees each event once, in order, as a replay returns it'(room) {
    const journal = room.journal();
    const events = await heard(journal, async () => {
      await journal.append('a', [tagged(1, 'x'), { event: { n: 2 } }], 0);
      await journal.append('b', entries('other'), 0);
      await journal.append('a', entries(3), 2);
    });
    const [first, second, third] = await journal.read('a', 1);
    equal(events, [first, second, ...(await journal.read('b', 1)), third]);
  },

  async 'what it sees is committed'(room) {
    const journal = room.journal();
    const reads = [];
    const end = listening(journal, ({ sequenceNr }) => reads.push(journal.read('a', sequenceNr)));
    await journal.append('a', counted(3), 0);
    await end();
    equal((await Promise.all(reads)).map((events) => events.length), [3, 2, 1]);
  },

  async 'appends made at once are announced in position order'(room) {
    const journal = room.journal();
    const events = await heard(journal, () =>
      Promise.all(range(1, 30).map((n) => journal.append(`id-${n}`, counted(2), 0))),
    );
    equal(events.length, 60);
    const found = positions(events);
    ok(found.every((position, i) => i === 0 || position > found[i - 1]), 'rising');
  },

  async 'it gets copies, not the caller’s objects or the answer'(room) {
    const journal = room.journal();
    const mine = { items: [1] };
    let answer;
    const [seen] = await heard(journal, async () => {
      answer = await journal.append('a', entries(mine), 0);
    });
    ok(seen.event !== mine && seen.event !== answer[0].event, 'another object');
    answer[0].event.items.push('changed');
    equal(seen.event, { items: [1] });
  },

  async 'a rejected append is not announced'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1), 0);
    const events = await heard(journal, async () => {
      await refused(journal.append('a', entries('late'), 0), 'conflict');
      await refused(journal.append('a', entries(undefined), 1), 'unencodable');
      await journal.append('a', [], 1);
      await journal.append('a', entries('next'), 1);
    });
    equal(contents(events), ['next']);
  },

  async 'a repeated append is announced once'(room) {
    const journal = room.journal();
    const token = '00000000-0000-4000-8000-000000000001';
    const events = await heard(journal, async () => {
      await journal.append('a', entries(1), 0, { token });
      await journal.append('a', entries(1), 0, { token });
    });
    equal(contents(events), [1]);
  },

  async 'a listener that throws hurts nobody and is reported'(room) {
    const journal = room.journal();
    const before = [];
    const after = [];
    const fault = new Error('thrown by a listener');
    const errors = await reported(async () => {
      journal.events.subscribe((event) => before.push(event));
      const stop = journal.events.subscribe(() => {
        throw fault;
      });
      const end = listening(journal, (event) => after.push(event));
      equal(seqs(await journal.append('a', counted(2), 0)), [1, 2]);
      await end();
      stop();
    });
    equal([seqs(before), seqs(after)], [[1, 2, 1], [1, 2]]);
    ok(errors.length === 3 && errors.every((error) => error === fault), 'each time it threw');
  },

  async 'an event that cannot be decoded is reported, and those behind it are told'(room) {
    // The append itself reads it back.
    let twos = 0;
    const codec = {
      name: 'odd',
      encode: (value) => new Uint8Array([value]),
      decode([value]) {
        if (value === 2 && ++twos > 1) throw new Error('it is 2');
        return value;
      },
    };
    const journal = room.journal({ codec });
    const told = [];
    let seen;
    const all = new Promise((resolve) => (seen = resolve));
    const errors = await reported(async () => {
      const stop = journal.events.subscribe(({ event }) => {
        told.push(event);
        if (event === 3) seen();
      });
      await journal.append('a', entries(1), 0);
      await journal.append('a', entries(2, 3), 1);
      await all;
      stop();
    });
    equal(told, [1, 3]);
    ok(errors.length === 1 && /it is 2/.test(errors[0].message + errors[0].cause?.message), 'it is reported');
    equal(await journal.highestSeq('a'), 3);
  },

  async 'after unsubscribing nothing is heard'(room) {
    const journal = room.journal();
    const [gone, stays] = [[], []];
    const unsubscribe = journal.events.subscribe((event) => {
      gone.push(event);
      if (gone.length === 2) unsubscribe();
    });
    const end = listening(journal, (event) => stays.push(event));
    await journal.append('a', counted(3), 0);
    await journal.append('a', counted(1), 3);
    await end();
    unsubscribe();
    equal([seqs(gone), seqs(stays)], [[1, 2], [1, 2, 3, 4]]);
  },

  async 'what is called behind a subscription keeps its order'(room) {
    const journal = room.journal();
    const heard = [];
    journal.events.subscribe(({ persistenceId }) => heard.push(persistenceId));
    const [written, head] = await Promise.all([journal.append('a', counted(1), 0), journal.highestSeq('a')]);
    equal([seqs(written), head], [[1], 1]);
    const stop = journal.events.subscribe(() => undefined);
    await Promise.all([journal.append('b', counted(1), 0), journal.delete('b', 1)]);
    equal(await journal.read('b', 1), []);
    stop();
    journal.events.subscribe(() => undefined);
    const [last] = await Promise.all([journal.append('c', counted(1), 0), journal.close()]);
    equal(seqs(last), [1]);
    // What is deleted before it was read is not told, and nothing is once the journal is closed.
    ok(['a', 'a,b', 'a,c', 'a,b,c'].includes(heard.join()), heard);
  },

  async 'an append is heard behind a subscription that was called with it'(room) {
    const journal = room.journal();
    const heard = [];
    journal.events.subscribe(({ persistenceId }) => heard.push(persistenceId));
    await journal.append('a', counted(1), 0);
    journal.events.subscribe(({ persistenceId }) => heard.push(`${persistenceId}, too`));
    await journal.append('b', counted(1), 0);
    equal(heard.sort(), ['a', 'b', 'b, too']);
  },

  async 'an append behind a subscription is heard before it is answered, however late it is known where that begins'(room) {
    const gate = new Gate();
    const late = (method, call) => call().then((position) => gate.pass().then(() => position));
    const journal = room.tracked(new InMemoryJournal({ driver: making(['lastPosition'], late) }));
    const heard = [];
    const end = [1, 2].map((n) => journal.events.subscribe(({ sequenceNr }) => heard.push([n, sequenceNr])));
    const appended = Promise.all([0, 1].map((seq) => journal.append('a', counted(1), seq)));
    while ((await journal.highestSeq('a')) < 2) await pause();
    equal(heard, []);
    gate.open();
    await appended;
    equal(heard.filter(([n]) => n === 1), [[1, 1], [1, 2]]);
    equal(heard.filter(([n]) => n === 2), [[2, 1], [2, 2]]);
    end.forEach((end) => end());
  },

  async 'closing the journal ends its subscriptions'(room) {
    const [mine, other] = [room.journal(), room.journal()];
    const heard = [];
    const end = listening(mine, ({ sequenceNr }) => heard.push(sequenceNr));
    await mine.append('a', counted(1), 0);
    await end();
    mine.events.subscribe(({ sequenceNr }) => heard.push(sequenceNr));
    await mine.close();
    await other.append('b', counted(1), 0);
    equal(heard, [1]);
  },
};
