// The source page's first example, in a folder of its own, and a bank account on it.
import { SqliteJournal, SqliteSnapshotStore, PersistenceExtensionId, ActorSystem } from 'actor-journal';
import { PersistentActor, everyNEvents } from 'actor-journal';

const system = ActorSystem.create('my-app');
system.extension(PersistenceExtensionId).configure({
  journal: new SqliteJournal({ path: 'bank/events.db', wal: true }),
  snapshotStore: new SqliteSnapshotStore({ path: 'bank/snapshots.db' }),
});

class Account extends PersistentActor {
  constructor(name) {
    super();
    this.persistenceId = `account-${name}`;
  }
  initialState() {
    return { balance: 0 };
  }
  onEvent({ balance }, { kind, amount }) {
    return { balance: kind === 'deposited' ? balance + amount : balance - amount };
  }
  onCommand({ balance }, { kind, amount }) {
    if (kind === 'withdraw' && amount > balance) return this.reject(new Error(`only ${balance} left`));
    this.persist({ kind: kind === 'deposit' ? 'deposited' : 'withdrawn', amount }, (state) => this.reply(state.balance));
  }
  snapshotPolicy() {
    return everyNEvents(2);
  }
}

const account = system.spawn(() => new Account('a'), 'a');
const answers = [
  await account.ask({ kind: 'deposit', amount: 50 }),
  await account.ask({ kind: 'withdraw', amount: 1000 }).catch(({ message }) => message),
  await account.ask({ kind: 'withdraw', amount: 20 }),
];
await system.terminate();
console.log(JSON.stringify(answers));
