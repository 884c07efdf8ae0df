/** A projection that keeps the sum of each stream under its id. It forgets a stream that says so, and fails behind a change at -6. */
import { KeyValueProjection } from './actor-journal.mjs';

export const sums = (journal, options = {}) =>
  new KeyValueProjection(journal, {
    name: 'sums',
    table: 'sums',
    async apply(view, { persistenceId, event }) {
      if (event === 'forget') return view.delete(persistenceId);
      view.set(persistenceId, { sum: ((await view.get(persistenceId))?.sum ?? 0) + event });
      if (event === -6) throw new Error('it is -6');
    },
    ...options,
  });
