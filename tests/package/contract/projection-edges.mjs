/** Projections where events are gone, and where their SQL is wrong. */
import { SqliteProjection } from '../actor-journal.mjs';
import { equal, refused } from '../assert.mjs';
import { all, entries, range, tagged } from '../events.mjs';
import { sums } from '../sums.mjs';
import { Totals, totals } from '../totals.mjs';

/** A journal of which two events are gone, and projections that have counted them. */
async function compacted(room) {
  const journal = room.journal();
  await journal.append('a', [tagged(1, 'red'), { event: 2 }, tagged(4, 'red')], 0);
  const projections = [new Totals(journal), new Totals(journal, { name: 'red', table: 'red', filter: 'red' }), sums(journal)];
  for (const projection of projections) await room.tracked(projection).catchUp();
  await journal.delete('a', 2);
  return projections;
}

export const projectionEdges = {
  async 'a rebuild behind a compaction is refused, and what stands stays'(room) {
    const projections = await compacted(room);
    for (const projection of projections) {
      const error = await refused(projection.rebuild(), 'integrity', /compacted up to seq 2.*acceptCompacted/);
      equal([error.persistenceId, error.sequenceNr, await projection.position()], ['a', 2, 3]);
    }
    const [every, red, summed] = projections;
    equal([await totals(every), await totals(red), await all(summed.entries())], [{ a: 7 }, { a: 5 }, [['a', { sum: 7 }]]]);
  },

  async 'a rebuild goes on without what was compacted where that is accepted'(room) {
    const [every, red, summed] = await compacted(room);
    for (const projection of [every, red, summed]) await projection.rebuild({ acceptCompacted: true });
    equal([await totals(every), await totals(red), await all(summed.entries())], [{ a: 4 }, { a: 4 }, [['a', { sum: 4 }]]]);
    equal(await every.position(), 3);
    for (const wrong of [{ acceptCompacted: 1 }, { accept: true }, 1]) await refused(every.rebuild(wrong), 'invalid-argument', /rebuild/);
  },

  async 'what is compacted while a rebuild is under way keeps it from taking the place'(room) {
    const journal = room.journal();
    // More than a rebuild reads at once.
    await journal.append('b', entries(...range(1, 300)), 0);
    await journal.append('a', entries(1, 2, 4), 0);
    const first = room.tracked(new Totals(journal));
    await first.catchUp();
    const late = room.tracked(new Totals(journal, { fail: () => journal.delete('a', 2) }));
    await refused(late.rebuild(), 'integrity', /compacted up to seq 2/);
    equal((await totals(first)).a, 7);
  },

  async 'wrong SQL is told as it was written'(room) {
    const journal = room.journal();
    const projection = room.tracked(new Totals(journal));
    const wrong = [
      ["SELECT '{x}' FROM {nope}", /^\{nope\} is no table of the projection, whose tables are: \{totals\}$/],
      ['PRAGMA user_version', /a query may read tables alone: no write, no `PRAGMA`/],
      ['/* why */ SELEC 1', /syntax error in \/\* why \*\/ SELEC 1 at offset 10$/],
    ];
    for (const [sql, told] of wrong) await refused(projection.query(sql), 'invalid-argument', told);
    const made = (create) => new SqliteProjection(journal, { name: 'x', tables: ['x'], create, apply: () => [] });
    await refused(room.tracked(made('CREATE TABLE {nope} (a)')).position(), 'projection', /^the projection "x" has failed in `create`: \{nope\} is no table/);
  },
};
