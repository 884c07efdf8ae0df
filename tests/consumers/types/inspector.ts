import { InMemoryJournal, SqliteJournal, SqliteSnapshotStore } from 'actor-journal';
import type { Fold, JournalInspectorElement } from 'actor-journal/inspector';

/** How a page embeds the inspector. */
export function embed(path: string): JournalInspectorElement {
  const inspector = document.createElement('journal-inspector');
  const balance: Fold = { initial: 0, apply: (sum: number, { cents }: { cents: number }) => sum + cents };
  inspector.fold = (id) => (id.startsWith('account-') ? balance : undefined);
  inspector.snapshotStore = new SqliteSnapshotStore({ path });
  inspector.journal = new SqliteJournal({ path });
  return inspector;
}

/** Any journal will do. */
export function embedInMemory(inspector: JournalInspectorElement): void {
  inspector.journal = new InMemoryJournal();
  // @ts-expect-error a journal it must be
  inspector.journal = 'events.db';
}
