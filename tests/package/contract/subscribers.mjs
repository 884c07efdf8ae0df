import { equal, ok, refused } from '../assert.mjs';
import { contents, counted, entries, positions, range, seqs, tagged } from '../events.mjs';

/** What the journal announces of `scenario`: all before an event that is appended behind it. */
async function heard(journal, scenario) {
  const events = [];
  let unsubscribe;
  const told = new Promise((all) => {
    unsubscribe = journal.events.subscribe((event) => {
      if (event.persistenceId === 'behind it') all();
      else events.push(event);
    });
  });
  await scenario();
  await journal.append('behind it', entries('last'), await journal.highestSeq('behind it'));
  await told;
  unsubscribe();
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
    await heard(journal, async () => {
      const unsubscribe = journal.events.subscribe(({ sequenceNr }) => reads.push(journal.read('a', sequenceNr)));
      await journal.append('a', counted(3), 0);
      unsubscribe();
    });
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
    journal.events.subscribe((event) => before.push(event));
    journal.events.subscribe(() => {
      throw fault;
    });
    journal.events.subscribe((event) => after.push(event));
    const errors = await reported(async () => {
      equal(seqs(await journal.append('a', counted(2), 0)), [1, 2]);
    });
    equal([seqs(before), seqs(after)], [[1, 2], [1, 2]]);
    ok(errors.length === 2 && errors.every((error) => error === fault), 'each time it threw');
  },

  async 'a codec that fails after the commit is reported, and the append answers'(room) {
    let reads = 0;
    const codec = {
      name: 'once',
      encode: (value) => new Uint8Array([value]),
      decode([value]) {
        if (++reads > 1) throw new Error('read twice');
        return value;
      },
    };
    const journal = room.journal({ codec });
    const errors = await reported(async () => {
      journal.events.subscribe(() => {
        throw new Error('told of what cannot be read');
      });
      equal(contents(await journal.append('a', entries(7), 0)), [7]);
    });
    ok(errors.length === 1 && /read twice/.test(errors[0].message + errors[0].cause?.message), 'it is reported');
    equal(await journal.highestSeq('a'), 1);
  },

  async 'after unsubscribing nothing is heard'(room) {
    const journal = room.journal();
    const [gone, stays] = [[], []];
    const unsubscribe = journal.events.subscribe((event) => {
      gone.push(event);
      if (gone.length === 2) unsubscribe();
    });
    journal.events.subscribe((event) => stays.push(event));
    await journal.append('a', counted(3), 0);
    await journal.append('a', counted(1), 3);
    unsubscribe();
    equal([seqs(gone), seqs(stays)], [[1, 2], [1, 2, 3, 4]]);
  },
};
