/** Values by keys that are made of events. */
import { KeyValueProjection } from '../actor-journal.mjs';
import { equal, refused, thrown } from '../assert.mjs';
import { all, entries, range } from '../events.mjs';
import { sums } from '../sums.mjs';

export const keyValues = {
  async 'a handler sees what the events before have changed'(room) {
    const journal = room.journal();
    for (const id of ['a/1', 'a/2', 'b']) await journal.append(id.replace('/', '-'), entries(...range(7, 306)), 0);
    await journal.append('gone', entries(1, 'forget', 2, 'forget'), 0);
    await journal.append('back', entries(1, 'forget', 2), 0);
    const projection = room.tracked(sums(journal));
    equal(await projection.catchUp(), 907);
    equal(await projection.get('a-1'), { sum: 46950 });
    equal([await projection.get('gone'), await projection.get('back')], [undefined, { sum: 2 }]);
    equal(await all(projection.entries('a-')), ['a-1', 'a-2'].map((key) => [key, { sum: 46950 }]));
    equal((await all(projection.entries())).map(([key]) => key), ['a-1', 'a-2', 'b', 'back']);
    await projection.rebuild();
    equal(await projection.get('b'), { sum: 46950 });
  },

  async 'nothing of an event that failed is seen by the next ones'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1, -6, 2), 0);
    const projection = room.tracked(sums(journal, { onFailure: () => 'skip' }));
    equal(await projection.catchUp(), 3);
    equal(await projection.get('a'), { sum: 3 });
    equal((await projection.skipped()).length, 1);
  },

  async 'all entries come, however many and however large'(room) {
    const journal = room.journal();
    await journal.append('a', entries(...range(1, 30)), 0);
    const projection = room.tracked(
      new KeyValueProjection(journal, {
        name: 'large',
        table: 'large',
        codec: 'cbor',
        apply(view, { event }) {
          for (const n of range(1, 30)) view.set(`${event} ${n}`, event);
          view.set(`large ${event}`, new Uint8Array(1_000_000));
        },
      }),
    );
    await projection.catchUp();
    const keys = range(1, 30).flatMap((event) => range(1, 30).map((n) => `${event} ${n}`));
    const large = range(1, 30).map((event) => `large ${event}`);
    equal((await all(projection.entries())).map(([key]) => key), [...keys, ...large].sort());
    equal((await all(projection.entries('large'))).map(([key]) => key), large.sort());
  },

  async 'wrong values and late changes are refused'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1), 0);
    const applying = (apply) => room.tracked(sums(journal, { apply }));
    await refused(applying((view) => view.set('a', () => 1)).catchUp(), 'projection', /set: value/);
    await refused(applying((view) => view.set(1, 1)).catchUp(), 'projection', /key must be/);
    let kept;
    equal(await applying((view) => void (kept = view)).catchUp(), 1);
    thrown(() => kept.set('a', 1), 'invalid-argument', /until apply/);
    thrown(() => new KeyValueProjection(journal, { name: 'x', apply: () => undefined }), 'invalid-argument', /table/);
    await refused(applying(() => undefined).get(1), 'invalid-argument');
  },
};
