import { isConflict, JournalConcurrencyError } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, contents, counted, entries, listening, manifests, named, positions, range, seqs, tagged } from '../events.mjs';

const TOKEN = '5b1c3a52-0f6e-4c53-9d0b-1f6d2f6e7a01';
const OTHER = '5b1c3a52-0f6e-4c53-9d0b-1f6d2f6e7a02';

/** The fulfilled and the rejected ones of many attempts. */
async function outcomes(attempts) {
  const settled = await Promise.allSettled(attempts);
  return {
    won: settled.filter(({ status }) => status === 'fulfilled').map(({ value }) => value),
    lost: settled.filter(({ status }) => status === 'rejected').map(({ reason }) => reason),
  };
}

async function singleWinner(journal, eventOf) {
  await journal.append('race', entries('start'), 0);
  const attempts = range(1, 20).map((n) => journal.append('race', entries(eventOf(n)), 1));
  const { won, lost } = await outcomes(attempts);
  equal(won.length, 1, 'winners');
  ok(lost.every((error) => isConflict(error) && error.actualSeq === 2), 'the others conflict');
  equal(contents(await journal.read('race', 1)), ['start', won[0][0].event], 'the stream');
}

export const append = {
  async 'what was appended is read back'(room) {
    const journal = room.journal();
    await journal.append('account', entries({ opened: 'today' }, { deposited: 5 }), 0);
    const events = await journal.read('account', 1);
    equal(seqs(events), [1, 2]);
    equal(contents(events), [{ opened: 'today' }, { deposited: 5 }]);
    ok(events.every((event) => event.persistenceId === 'account'), 'they carry their id');
    ok(events.every((event) => Number.isSafeInteger(event.timestamp) && event.timestamp > 0), 'they carry a time');
  },

  async 'an append answers what a replay returns'(room) {
    const journal = room.journal();
    const batch = [tagged({ n: 1 }, 'b', 'a'), { event: null }, { event: { left: undefined, kept: 1 } }];
    const written = await journal.append('a', [...batch, tagged(4, 'twice', 'twice'), { event: 5, tags: [] }], 0);
    equal(written, await journal.read('a', 1));
    equal(written[0].tags, ['b', 'a']);
    ok(!('tags' in written[1]), 'no tags, no property');
  },

  async 'streams are numbered from 1, each for itself'(room) {
    const journal = room.journal();
    for (const [id, expected] of [['a', 0], ['b', 0], ['a', 1], ['b', 1], ['a', 2]]) {
      equal(seqs(await journal.append(id, entries(id), expected)), [expected + 1], id);
    }
    equal(seqs(await journal.read('a', 1)), [1, 2, 3]);
    equal(seqs(await journal.read('b', 1)), [1, 2]);
  },

  async 'one of many appends at one expected seq wins'(room) {
    await singleWinner(room.journal(), (n) => ({ n }));
  },

  async 'one wins also among identical events'(room) {
    await singleWinner(room.journal(), () => 'same');
  },

  async 'a conflict carries id, expected and actual, and writes nothing'(room) {
    const journal = room.journal();
    await journal.append('account', counted(3), 0);
    for (const expected of [0, 2, 4, 1000]) {
      const error = await refused(journal.append('account', [tagged('no', 'no')], expected), 'conflict', /account/);
      ok(error instanceof JournalConcurrencyError, 'its class');
      equal([error.persistenceId, error.expectedSeq, error.actualSeq], ['account', expected, 3]);
    }
    equal(await journal.highestSeq('account'), 3);
    equal(await all(journal.eventsByTag('no')), []);
  },

  async 'a conflict on an unknown id does not make it known'(room) {
    const journal = room.journal();
    const error = await refused(journal.append('new', entries(1), 7), 'conflict');
    equal([error.expectedSeq, error.actualSeq], [7, 0]);
    equal(await journal.persistenceIds(), []);
  },

  async 'a conflict does not disturb what is appended beside it'(room) {
    const journal = room.journal();
    await journal.append('taken', entries(1), 0);
    const attempts = range(1, 50).map((n) => journal.append(n % 2 ? 'taken' : `free-${n}`, entries(n), 0));
    const { won, lost } = await outcomes(attempts);
    equal([won.length, lost.length], [25, 25], 'won and lost');
    equal((await all(journal.allEvents())).length, 26, 'events');
  },

  async 'a batch is written as a whole or not at all'(room) {
    const journal = room.journal();
    const batch = [tagged(1, 'fine'), tagged(2, 'not,fine'), tagged(3, 'fine')];
    await refused(journal.append('a', batch, 0), 'invalid-argument');
    await refused(journal.append('a', entries(1, Number.NaN, 3), 0), 'unencodable');
    equal(await journal.highestSeq('a'), 0);
    equal(await all(journal.eventsByTag('fine')), []);
    equal(seqs(await journal.append('a', counted(1000), 0)), range(1, 1000));
  },

  async 'an empty append answers nothing and checks nothing'(room) {
    const journal = room.journal();
    equal(await journal.append('a', [], 0), []);
    equal(await journal.append('a', [], 99), []);
    equal(await journal.highestSeq('a'), 0);
    equal(await journal.persistenceIds(), []);
  },

  async 'tags belong to an entry'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged('red one', 'red'), { event: 'plain' }, tagged('both', 'red', 'blue')], 0);
    equal(contents(await all(journal.eventsByTag('red'))), ['red one', 'both']);
    equal(contents(await all(journal.eventsByTag('blue'))), ['both']);
    const [red, plain, both] = await journal.read('a', 1);
    equal([red.tags, plain.tags, both.tags], [['red'], undefined, ['red', 'blue']]);
  },

  async 'an event may carry 64 tags of 255 characters'(room) {
    const journal = room.journal();
    const tags = range(1, 64).map((n) => String(n).padStart(255, 'é'));
    ok(tags.every((tag) => tag.length === 255), 'as long as is allowed');
    const [written] = await journal.append('a', [{ event: 1, tags }], 0);
    equal(written.tags, tags);
    equal((await all(journal.eventsByTag(tags[63]))).length, 1);
  },

  async 'a manifest belongs to an entry'(room) {
    const journal = room.journal();
    const longest = 'é'.repeat(255);
    const batch = [named(1, 'deposited', 2), { event: 2 }, { ...tagged(3, 'red', 'blue'), manifest: 'a b' }, named(4, longest, 2 ** 31 - 1)];
    const written = await journal.append('a', batch, 0);
    equal(manifests(written), ['deposited 2', undefined, 'a b 1', `${longest} 2147483647`]);
    equal(written[2].tags, ['red', 'blue']);
    ok(!('manifest' in written[1]) && !('version' in written[1]), 'no manifest, no properties');
    equal(await journal.read('a', 1), written);
    equal(await all(journal.allEvents()), written);
    equal(await all(journal.eventsByTag('red')), [written[2]]);
  },

  async 'listeners hear of manifests'(room) {
    const journal = room.journal();
    const heard = [];
    const end = listening(journal, (event) => heard.push(event));
    const written = await journal.append('a', [named(1, 'deposited', 2)], 0);
    await end();
    equal(heard, written);
  },

  async 'a change of the caller’s objects after the call changes nothing'(room) {
    const journal = room.journal();
    const batch = [tagged({ items: ['book'] }, 'kept')];
    const appending = journal.append('a', batch, 0);
    batch[0].event.items.push('changed');
    batch[0].tags.push('changed');
    batch.push({ event: 'changed' });
    const written = await appending;
    const kept = [{ items: ['book'] }];
    equal(contents(written), kept, 'the answer');
    equal(written[0].tags, ['kept']);
    written[0].event.items.push('changed');
    equal(contents(await journal.read('a', 1)), kept, 'the stream');
    equal((await journal.read('a', 1))[0].tags, ['kept']);
  },

  async 'a repeat with its token answers the first result'(room) {
    const journal = room.journal();
    const batch = [tagged({ n: 1 }, 'one'), tagged({ n: 2 }, 'two')];
    const first = await journal.append('a', batch, 0, { token: TOKEN });
    equal(await journal.append('a', batch, 0, { token: TOKEN }), first, 'at once');
    await journal.append('a', entries({ n: 3 }), 2);
    equal(await journal.append('a', batch, 0, { token: TOKEN }), first, 'behind later events');
    equal(seqs(await journal.read('a', 1)), [1, 2, 3]);
    equal((await all(journal.allEvents())).length, 3);
  },

  async 'two repeats at once write once'(room) {
    const journal = room.journal();
    const repeats = [1, 2, 3].map(() => journal.append('a', counted(2), 0, { token: TOKEN }));
    const [first, second, third] = await Promise.all(repeats);
    equal(second, first);
    equal(third, first);
    equal(await journal.highestSeq('a'), 2);
  },

  async 'a different append at the same seq conflicts, whatever its token'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1, 2), 0, { token: TOKEN });
    await refused(journal.append('a', entries(1, 2), 0, { token: OTHER }), 'conflict');
    await refused(journal.append('a', entries(1, 2), 0), 'conflict');
    await refused(journal.append('a', entries(1, 9), 0, { token: TOKEN }), 'conflict');
    await refused(journal.append('a', entries(1), 0, { token: TOKEN }), 'conflict');
    await refused(journal.append('a', [tagged(1, 'new'), { event: 2 }], 0, { token: TOKEN }), 'conflict');
    await refused(journal.append('a', [named(1, 'new', 1), { event: 2 }], 0, { token: TOKEN }), 'conflict');
    equal(contents(await journal.read('a', 1)), [1, 2]);
  },

  async 'positions rise by commit order across streams'(room) {
    const journal = room.journal();
    await Promise.all(range(1, 40).map((n) => journal.append(`stream-${n % 8}-${n}`, counted(3), 0)));
    const found = positions(await all(journal.allEvents()));
    equal(found.length, 120);
    ok(found.every((position, i) => i === 0 || position > found[i - 1]), 'strictly rising');
  },

  async 'a call sees every append that was called before it'(room) {
    const journal = room.journal();
    const heads = range(0, 199).map((head) => {
      journal.append('a', [{ event: head }], head).catch(() => {});
      return journal.highestSeq('a');
    });
    for (const [before, head] of (await Promise.all(heads)).entries()) {
      ok(head > before && head <= 200, `the head ${head} leaves out what was called before`);
    }
    equal(contents(await journal.read('a', 1)), range(0, 199));
  },

  async 'any text is an id, a tag and an event'(room) {
    const journal = room.journal();
    const texts = ['Zoë', '日本語', '👩‍🚀', 'a b', 'x:y|z', "o'hara", '"quoted"', '%', 'ß\u0301', '\ufeffbom', 'null'];
    for (const text of texts) await journal.append(text, [tagged({ [text]: text }, text)], 0);
    for (const text of texts) {
      equal((await journal.read(text, 1))[0].event, { [text]: text }, text);
      equal((await all(journal.eventsByTag(text)))[0].tags, [text], text);
    }
    equal((await journal.persistenceIds()).length, texts.length);
  },
};
