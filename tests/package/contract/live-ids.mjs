import { equal, ok, refused } from '../assert.mjs';
import { counted, PAGE, range } from '../events.mjs';

/** The next `count` ids of an iterator. */
async function next(iterator, count) {
  const ids = [];
  while (ids.length < count) {
    const { done, value } = await iterator.next();
    ok(!done, `it ends behind ${ids.length} ids`);
    ids.push(value);
  }
  return ids;
}

const begun = (journal, options) => journal.livePersistenceIds(options)[Symbol.asyncIterator]();

export const liveIds = {
  async 'streams that are there are followed by those that begin, each once, in the order in which they do'(room) {
    const journal = room.journal();
    await journal.append('b', counted(2), 0);
    await journal.append('a', counted(1), 0);
    const ids = begun(journal);
    equal(await next(ids, 2), ['b', 'a']);
    const coming = next(ids, 3);
    await journal.append('b', counted(1), 2);
    await refused(journal.append('wrong', counted(1), 7), 'conflict');
    await journal.append('A', counted(1), 0);
    await journal.raiseCompactionMark('elsewhere', 9);
    await journal.append('é', counted(1), 0);
    equal(await coming, ['A', 'elsewhere', 'é']);
    equal(await ids.return(), { done: true, value: undefined });
  },

  async 'a stream that was compacted before its id was read is followed'(room) {
    const journal = room.journal();
    const coming = next(begun(journal), 1);
    await journal.append('a', counted(3), 0);
    await journal.delete('a', 3);
    equal(await coming, ['a']);
    equal(await next(begun(journal), 1), ['a']);
  },

  async 'pages of ids are followed from where they were read'(room) {
    const journal = room.journal();
    const names = range(1, PAGE + 7).map((n) => `s-${(n * 7919) % 10007}`);
    await Promise.all(names.map((id) => journal.append(id, counted(1), 0)));
    const all = begun(journal);
    const rest = begun(journal, { skip: PAGE });
    equal(await next(all, names.length), names);
    equal(await next(rest, 7), names.slice(PAGE));
    const coming = Promise.all([next(all, 1), next(rest, 1)]);
    await journal.append('last', counted(1), 0);
    equal(await coming, [['last'], ['last']]);
    await Promise.all([all.return(), rest.return()]);
  },

  async 'who waits for an id is let go by return, by a signal, and when the journal closes'(room) {
    const journal = room.journal();
    const ended = begun(journal);
    const waiting = ended.next();
    equal(await ended.return(), { done: true, value: undefined });
    equal(await waiting, { done: true, value: undefined });

    const stopper = new AbortController();
    const reason = new Error('enough');
    const stopped = begun(journal, { signal: stopper.signal }).next();
    stopper.abort(reason);
    equal(await stopped.catch((error) => error === reason), true);

    await journal.append('a', counted(1), 0);
    const ids = begun(journal);
    equal(await next(ids, 1), ['a']);
    const closed = refused(ids.next(), 'closed');
    await journal.close();
    await closed;
    await refused(begun(journal).next(), 'closed');
  },

  async 'wrong options are refused by the first step'(room) {
    const journal = room.journal();
    await refused(begun(journal, { skip: -1 }).next(), 'invalid-argument', /skip/);
    await refused(begun(journal, { signal: {} }).next(), 'invalid-argument', /signal/);
    await refused(begun(journal, { live: true }).next(), 'invalid-argument', /live/);
  },
};
