import { equal, ok, refused } from '../assert.mjs';
import { all, contents, counted, entries, PAGE, positions, range, seqs, tagged } from '../events.mjs';

export const compaction = {
  async 'the head survives the deletion of every event'(room) {
    const journal = room.journal();
    await journal.append('a', counted(5), 0);
    await journal.delete('a', 5);
    equal(await journal.read('a', 1), []);
    equal(await journal.highestSeq('a'), 5);
    await refused(journal.append('a', entries('again'), 0), 'conflict');
    equal(seqs(await journal.append('a', entries('next'), 5)), [6]);
    equal(seqs(await journal.read('a', 1)), [6]);
  },

  async 'a prefix is deleted, the rest stays'(room) {
    const journal = room.journal();
    await journal.append('a', counted(10), 0);
    await journal.append('b', counted(10), 0);
    await journal.delete('a', 4);
    equal(seqs(await journal.read('a', 1)), range(5, 10));
    equal(seqs(await journal.read('a', 3, 6)), [5, 6]);
    equal(seqs(await journal.read('b', 1)), range(1, 10));
  },

  async 'the tags of deleted events are gone'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged(1, 'x'), tagged(2, 'x', 'y'), tagged(3, 'x')], 0);
    await journal.append('b', [tagged(4, 'x')], 0);
    await journal.delete('a', 2);
    equal(contents(await all(journal.eventsByTag('x'))), [3, 4]);
    equal(await all(journal.eventsByTag('y')), []);
    equal(contents(await all(journal.allEvents())), [3, 4]);
  },

  async 'a deletion can be repeated and is clamped to the head'(room) {
    const journal = room.journal();
    await journal.append('a', counted(3), 0);
    for (const to of [2, 2, 1, 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 3]) {
      await journal.delete('a', to);
      equal(await journal.highestSeq('a'), 3, `the head after delete(${to})`);
    }
    equal(seqs(await journal.append('a', entries(4), 3)), [4]);
    equal(seqs(await journal.read('a', 1)), [4]);
  },

  async 'a deletion up to 0 deletes nothing'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2), 0);
    await journal.delete('a', 0);
    equal(seqs(await journal.read('a', 1)), [1, 2]);
  },

  async 'a deletion in an unknown stream does not make it known'(room) {
    const journal = room.journal();
    await journal.delete('nobody', 10);
    equal(await journal.highestSeq('nobody'), 0);
    equal(await journal.persistenceIds(), []);
    equal(seqs(await journal.append('nobody', entries(1), 0)), [1]);
  },

  async 'the compaction mark raises the head and is never lowered'(room) {
    const journal = room.journal();
    await journal.raiseCompactionMark('moved', 10);
    equal(await journal.highestSeq('moved'), 10);
    await journal.raiseCompactionMark('moved', 4);
    equal(await journal.highestSeq('moved'), 10);
    await refused(journal.append('moved', entries(1), 0), 'conflict');
    equal(seqs(await journal.append('moved', counted(2), 10)), [11, 12]);
    equal(seqs(await journal.read('moved', 1)), [11, 12]);
  },

  async 'a compaction mark below the head leaves the head'(room) {
    const journal = room.journal();
    await journal.append('a', counted(5), 0);
    await journal.raiseCompactionMark('a', 3);
    equal(await journal.highestSeq('a'), 5);
    equal(seqs(await journal.append('a', entries(6), 5)), [6]);
  },

  async 'a gap behind a raised mark is an integrity error that says where'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2), 0);
    await journal.raiseCompactionMark('a', 5);
    await journal.append('a', entries(6), 5);
    const error = await refused(journal.read('a', 1), 'integrity', /a/);
    equal([error.name, error.persistenceId, error.sequenceNr], ['JournalIntegrityError', 'a', 3]);
    equal(seqs(await journal.read('a', 6)), [6]);
  },

  async 'a replay overtaken by a deletion fails and folds over nothing'(room) {
    const journal = room.journal();
    // The second page is on its way when the first event is there.
    await journal.append('a', counted(3 * PAGE), 0);
    const replay = journal.replay('a')[Symbol.asyncIterator]();
    equal((await replay.next()).value.sequenceNr, 1);
    await journal.delete('a', 3 * PAGE - 1);
    const seen = [1];
    const rest = async () => {
      for (let next = await replay.next(); !next.done; next = await replay.next()) seen.push(next.value.sequenceNr);
    };
    await refused(rest, 'integrity', /compacted/);
    equal(seen, range(1, seen.length), 'what came before the error');
  },

  async 'a position is never given out twice, not even after everything was deleted'(room) {
    const journal = room.journal();
    const before = positions(await journal.append('a', counted(3), 0));
    await journal.delete('a', 3);
    const [after] = positions(await journal.append('b', entries(1), 0));
    ok(after > before[2], `${after} is behind ${before}`);
    equal(contents(await all(journal.allEvents({ fromPosition: before[2] }))), [1]);
  },
};
