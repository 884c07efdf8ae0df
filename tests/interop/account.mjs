/** An account as a persistent actor, in its two versions; `account.rs` is the second in Rust. */
import {
  ActorSystem,
  everyNEvents,
  migrations,
  PersistenceExtensionId,
  PersistentActor,
  SqliteJournal,
  SqliteSnapshotStore,
  stateMigrations,
  withDefaults,
} from '../package/actor-journal.mjs';

/** A command is an event to store, or `null` for none, and is answered with the state behind it. */
class Account extends PersistentActor {
  persistenceId = 'konto-Zoë';

  initialState() {
    return {};
  }

  onEvent(state, { currency, deposited = 0, withdrawn = 0 }) {
    return { ...state, [currency]: (state[currency] ?? 0) + deposited - withdrawn };
  }

  onCommand(state, event) {
    if (event === null) this.reply(state);
    else this.persist(event, (next) => this.reply(next));
  }

  tagsFor(event) {
    return [`money ${nameOf(event)}`];
  }

  snapshotPolicy() {
    return everyNEvents(3);
  }

  retention() {
    return 'compact';
  }

  eventAdapter() {
    const chain = [withDefaults({ currency: 'EUR' })];
    return migrations({ manifestOf: nameOf, upcasters: { deposited: chain, withdrawn: chain } });
  }

  snapshotAdapter() {
    return stateMigrations({ manifest: 'account', upcasters: [({ balance }) => ({ EUR: balance })] });
  }
}

/** The first version knew no currencies: all was in euros. */
class FirstAccount extends Account {
  initialState() {
    return { balance: 0 };
  }

  onEvent({ balance }, { deposited = 0, withdrawn = 0 }) {
    return { balance: balance + deposited - withdrawn };
  }

  onCommand(state, { currency: _, ...event }) {
    super.onCommand(state, event);
  }

  eventAdapter() {
    return migrations({ manifestOf: nameOf, upcasters: { deposited: [], withdrawn: [] } });
  }

  snapshotAdapter() {
    return stateMigrations({ manifest: 'account', upcasters: [] });
  }
}

const VERSIONS = { 1: FirstAccount, 2: Account };

function nameOf(event) {
  return 'deposited' in event ? 'deposited' : 'withdrawn';
}

/** The states behind the commands, which the account in a file is asked one after the other. */
export async function ask(path, commands, version) {
  const journal = new SqliteJournal({ path });
  const snapshotStore = new SqliteSnapshotStore({ path, keepN: 1 });
  const system = ActorSystem.create('bank');
  system.extension(PersistenceExtensionId).configure({ journal, snapshotStore });
  const account = system.spawn(() => new VERSIONS[version](), 'account');
  try {
    const states = [];
    for (const command of commands) states.push(await account.ask(command));
    return states;
  } finally {
    await system.terminate();
    await Promise.all([journal.close(), snapshotStore.close()]);
  }
}
