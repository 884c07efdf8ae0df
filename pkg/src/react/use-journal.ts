import { JournalError, type Journal } from 'actor-journal';
import { useEffect, useState } from 'react';
import { Tenure } from './tenure.js';

/**
 * A journal for as long as the component is there: it is closed when that has gone. What closing fails with
 * goes to the global error report.
 *
 * A journal that lives as long as the page needs no hook: make it beside the components.
 *
 * @param open makes the journal, which must open nothing before its first use, as those of this package do:
 *   React may render a component that never appears. It is called again only where the component comes back
 *   after it had gone, as in an `<Activity>`.
 * @throws `invalid-argument` where `open` is no function, or opens no journal.
 * @example
 * ```tsx
 * const journal = useJournal(() => new SqliteJournal({ path: 'events.db' }));
 * const { events } = useEvents(journal);
 * ```
 */
export function useJournal<Opened extends Journal>(open: () => Opened): Opened {
  if (typeof open !== 'function') throw new JournalError('invalid-argument', 'useJournal: open must be a function');
  const [tenure, setTenure] = useState(() => new Tenure(open()));
  useEffect(() => {
    if (!tenure.isOver) return tenure.enter();
    setTenure(new Tenure(open()));
    return undefined;
  }, [tenure]);
  return tenure.journal;
}
