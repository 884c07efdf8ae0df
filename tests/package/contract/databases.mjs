/** What holds for databases that outlive the journal. */
import { equal, ok, refused } from '../assert.mjs';
import { all, contents, counted, entries, listening, PAGE, positions, range, seqs, tagged } from '../events.mjs';

export const databases = {
  async 'everything is there after closing and opening again'(room) {
    const first = room.journal();
    await first.append('a', [tagged({ n: 1 }, 'x', 'y'), { event: { n: 2 } }], 0);
    const head = PAGE + 100;
    await first.append('b', counted(head), 0);
    await first.delete('b', 10);
    const events = await all(first.allEvents());
    await first.close();

    const second = room.journal();
    equal(await all(second.allEvents()), events);
    equal([await second.highestSeq('a'), await second.highestSeq('b')], [2, head]);
    equal(contents(await all(second.eventsByTag('y'))), [{ n: 1 }]);
    equal(seqs(await second.append('b', entries('next'), head)), [head + 1]);
  },

  async 'positions and heads of what was deleted are remembered'(room) {
    const first = room.journal();
    const [, , last] = positions(await first.append('a', counted(3), 0));
    await first.delete('a', 3);
    await first.close();

    const second = room.journal();
    equal(await second.highestSeq('a'), 3);
    ok(positions(await second.append('b', entries(1), 0))[0] > last, 'a new position');
  },

  async 'a repeat finds its first result after opening again'(room) {
    const token = 'f2b6a6de-7a2e-4d5c-8a65-3d1c1b1a9c77';
    const first = room.journal();
    const written = await first.append('a', counted(3), 0, { token });
    await first.close();
    equal(await room.journal().append('a', counted(3), 0, { token }), written);
  },

  async 'two journals under different names share a file and do not mix'(room) {
    const orders = room.journal({ eventsTable: 'orders' });
    const payments = room.journal({ eventsTable: 'payments' });
    const heard = [];
    const end = listening(payments, (event) => heard.push(event));
    await orders.append('a', [tagged('order', 'x')], 0);
    await payments.append('a', [tagged('payment', 'x')], 0);
    await orders.append('a', entries('more'), 1);
    await orders.delete('a', 1);
    equal(contents(await all(orders.allEvents())), ['more']);
    equal(contents(await all(payments.eventsByTag('x'))), ['payment']);
    equal([await orders.highestSeq('a'), await payments.highestSeq('a')], [2, 1]);
    await end();
    equal(contents(heard), ['payment']);
  },

  async 'two journals under one name are one'(room) {
    const [first, second] = [room.journal(), room.journal()];
    const heard = [];
    const end = listening(second, (event) => heard.push(event.sequenceNr));
    // Who has subscribed on another journal hears what comes when that is known there.
    await second.highestSeq('a');
    await first.append('a', counted(2), 0);
    await refused(second.append('a', entries('late'), 0), 'conflict');
    await second.append('a', entries(3), 2);
    equal(seqs(await first.read('a', 1)), [1, 2, 3]);
    await end();
    equal(heard, [1, 2, 3]);
    await first.close();
    equal(seqs(await second.read('a', 1)), [1, 2, 3]);
  },

  async 'a snapshot store on the journal’s path shares its database'(room) {
    const journal = room.journal();
    const snapshots = room.snapshots();
    await journal.append('a', counted(3), 0);
    await snapshots.save('a', 3, { n: 3 });
    await journal.close();
    equal((await snapshots.loadLatest('a')).state, { n: 3 });
    equal(seqs(await room.journal().read('a', 1)), [1, 2, 3]);
    await snapshots.close();
    equal((await room.snapshots().loadLatest('a')).sequenceNr, 3);
  },

  async 'a durable state store on the journal’s path shares its database'(room) {
    const token = '0b9d3f8e-6a51-4d7c-9b1e-52a3c7d4e6f8';
    const journal = room.journal();
    const states = room.states();
    const carts = room.states({ statesTable: 'carts' });
    await journal.append('a', counted(3), 0);
    await states.save('a', 0, { n: 3 });
    await carts.save('a', 0, ['book'], { token });
    await journal.close();
    equal((await states.load('a')).state, { n: 3 });
    equal(seqs(await room.journal().read('a', 1)), [1, 2, 3]);
    await Promise.all([states.close(), carts.close()]);
    equal((await room.states().load('a')).state, { n: 3 });
    const again = room.states({ statesTable: 'carts' });
    equal(await again.save('a', 0, ['book'], { token }), 1, 'the repeat');
    await refused(again.save('a', 0, ['pen']), 'conflict');
    equal((await again.load('a')).state, ['book']);
  },

  async 'a journal may change its codec in mid-life'(room) {
    const json = room.journal();
    const cbor = room.journal({ codec: 'cbor' });
    await json.append('a', entries({ n: 1 }), 0);
    await cbor.append('a', entries({ at: new Date(2) }), 1);
    await json.append('a', entries({ n: 3 }), 2);
    const expected = [{ n: 1 }, { at: new Date(2) }, { n: 3 }];
    equal(contents(await json.read('a', 1)), expected);
    equal(contents(await cbor.read('a', 1)), expected);
  },

  async 'an event of another codec is undecodable'(room) {
    const bytes = { name: 'bytes', encode: (value) => value, decode: (value) => value.slice() };
    const raw = room.journal({ codec: bytes });
    await raw.append('a', entries(new TextEncoder().encode('1'), new TextEncoder().encode('{oops')), 0);
    await raw.append('no-utf8', entries(new Uint8Array([0x22, 0xff, 0x22])), 0);
    await raw.append('joined', entries(...['1],[2', '"a', 'b"', '', ' '].map((text) => new TextEncoder().encode(text))), 0);
    const journal = room.journal();
    await refused(journal.read('a', 1), 'undecodable', /json cannot decode seq 2 of "a"/);
    await refused(journal.read('no-utf8', 1), 'undecodable', /json/);
    for (const seq of range(1, 5)) await refused(journal.read('joined', seq, seq), 'undecodable', new RegExp(`seq ${seq}`));
    equal(contents(await journal.read('a', 1, 1)), [1]);
  },

  async 'a database is opened and closed many times'(room) {
    for (const n of range(0, 19)) {
      const journal = room.journal();
      await journal.append('a', entries(n), n);
      await journal.close();
    }
    equal(contents(await room.journal().read('a', 1)), range(0, 19));
  },
};
