/** An append that is repeated while its answer is lost, for actors and for others. */
import { appendRepeating } from '../../actor-journal.mjs';
import { equal, refused } from '../../assert.mjs';
import { contents, entries } from '../../events.mjs';
import { changing, failingAppends, lostBefore, lostBehind, rejected, stored } from './faults.mjs';
import { Stage } from './stage.mjs';

const counting = { initialState: () => 0, onEvent: (count, { n }) => count + n };

/** Another writer is in the place of an append whose answer is lost. */
async function lostToAnother(inner, id, _, seq) {
  await inner.append(id, entries(1000), seq);
  return lostBefore(inner, id, [], seq);
}

export const repetitions = {
  async 'a repetition writes what the first try did, whatever the caller changes'(room) {
    const journal = room.journal();
    for (const lose of [changing(lostBehind), changing(lostBefore)]) {
      const head = await journal.highestSeq('a');
      const event = { n: 1, tags: ['x'] };
      const events = await appendRepeating(failingAppends(journal, lose), 'a', entries(event), head);
      equal([contents(events), event.n], [[{ n: 1, tags: ['x'] }], 1000]);
      equal(contents(await journal.read('a', head + 1)), [{ n: 1, tags: ['x'] }]);
    }
  },

  async 'an actor whose event is changed while its append is lost goes on'(room) {
    const stage = new Stage(room, { journal: failingAppends(room.journal(), changing(lostBehind)) });
    const ref = stage.spawn(counting);
    equal([await ref.ask({ n: 1 }), await ref.ask({ n: 2 })], [1, 3]);
    await stage.system.terminate();
  },

  async 'only a conflict tells that a lost append is not stored'(room) {
    const journal = room.journal();
    const append = (...faults) => appendRepeating(failingAppends(journal, ...faults), 'a', entries(1), 0);
    await refused(append(rejected), 'full');
    await refused(append(lostBefore, rejected, rejected, rejected), 'lost');
    equal(await journal.highestSeq('a'), 0);
    await refused(append(lostToAnother), 'conflict');
    await refused(append(stored), 'conflict');
    equal(contents(await journal.read('a', 1)), [1000]);
  },

  async 'an append that is lost and stored is answered, whatever the repetitions met'(room) {
    const journal = failingAppends(room.journal(), lostBehind, rejected, rejected);
    equal(contents(await appendRepeating(journal, 'a', entries(1, 2), 0)), [1, 2]);
    equal(contents(await journal.read('a', 1)), [1, 2]);
  },
};
