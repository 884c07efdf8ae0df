/** Recovers an actor, as an application does. */
import {
  ActorSystem,
  PersistenceExtensionId,
  PersistentActor,
  SqliteJournal,
  SqliteSnapshotStore,
} from '../../../pkg/browser.js';

const PATH = 'cold-start.db';

class Account extends PersistentActor {
  persistenceId = 'account-1';

  initialState() {
    return { events: 0, cents: 0 };
  }

  onEvent({ events, cents }, event) {
    return { events: events + 1, cents: cents + event.cents };
  }

  onCommand(state) {
    this.reply(state.events);
  }
}

export async function recover() {
  const system = ActorSystem.create('cold');
  const journal = new SqliteJournal({ path: PATH, wal: true });
  const snapshotStore = new SqliteSnapshotStore({ path: PATH });
  system.extension(PersistenceExtensionId).configure({ journal, snapshotStore });
  const events = await system.spawn(() => new Account(), 'account').ask('look', 60_000);
  const close = async () => {
    await system.terminate();
    await Promise.all([journal.close(), snapshotStore.close()]);
  };
  return { events, close };
}
