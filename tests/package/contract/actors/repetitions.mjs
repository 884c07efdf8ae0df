/** An append that is repeated while its answer is lost, for actors and for others. */
import { appendRepeating, InMemoryJournal } from '../../actor-journal.mjs';
import { equal, refused } from '../../assert.mjs';
import { contents, entries } from '../../events.mjs';
import { losing } from '../drivers.mjs';
import { failingAppends, lostBefore, lostBehind, rejected, stored } from './faults.mjs';
import { Stage } from './stage.mjs';

const AS_IT_WAS = { n: 1, seen: new Map([['a', new Date(5)]]), raw: new Uint8Array([1]) };

/** A driver that loses the first append like that; the caller changes the event before it knows. */
const changing = (event, how) =>
  losing((count) => {
    if (count > 0) return false;
    event.n = 1000;
    event.seen.set('b', 'changed');
    event.raw[0] = 9;
    return how;
  });

const counting = { initialState: () => 0, onEvent: (count, { n }) => count + n };

/** Another writer is in the place of an append whose answer is lost. */
async function lostToAnother(inner, id, _, seq) {
  await inner.append(id, entries(1000), seq);
  return lostBefore(inner, id, [], seq);
}

export const repetitions = {
  async 'a repetition writes what the first try did, whatever the caller changes'() {
    for (const how of ['written', 'unwritten']) {
      const event = { n: 1, seen: new Map([['a', new Date(5)]]), raw: new Uint8Array([1]) };
      const journal = new InMemoryJournal({ codec: 'cbor', driver: changing(event, how) });
      const events = await appendRepeating(journal, 'a', entries(event), 0);
      equal([contents(events), event.n], [[AS_IT_WAS], 1000]);
      equal(contents(await journal.read('a', 1)), [AS_IT_WAS]);
      await journal.close();
    }
  },

  async 'an actor whose event is changed while its append is lost goes on'(room) {
    const event = { n: 1, seen: new Map(), raw: new Uint8Array([1]) };
    const journal = new InMemoryJournal({ codec: 'cbor', driver: changing(event, 'written') });
    const stage = new Stage(room, { journal });
    const ref = stage.spawn(counting);
    equal([await ref.ask(event), await ref.ask({ n: 2 })], [1, 3]);
    await stage.system.terminate();
    await journal.close();
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
