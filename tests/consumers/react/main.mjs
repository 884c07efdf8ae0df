import { ActorSystem, InMemoryJournal, PersistenceExtensionId, PersistentActor, SqliteJournal } from 'actor-journal';
import { liveActor } from 'actor-journal/live';
import { useActor, useEvents, useFold, useJournal } from 'actor-journal/react';
import { existsSync } from 'node:fs';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';

class Account extends PersistentActor {
  persistenceId = 'account';
  initialState = () => 7;
  onEvent = (balance, deposited) => balance + deposited;

  onCommand(_, deposit) {
    this.persist(deposit, (balance) => this.reply(balance));
  }
}

const system = ActorSystem.create('server');
system.extension(PersistenceExtensionId).configure({ journal: new InMemoryJournal() });
let hooked;

function Page() {
  const journal = useJournal(() => new SqliteJournal({ path: 'events.db' }));
  const { events, status } = useEvents(journal, { id: 'account' });
  const { state } = useFold(journal, {}, (sum) => sum + 1, 0);
  const account = useActor(system, () => new Account(), 'account');
  hooked = account;
  return h('p', null, [status, events.length, state, account.state].join(' '));
}

const html = renderToString(h(Page));
const opened = existsSync('events.db');
const other = liveActor(system, () => new Account(), 'account');
const replies = await Promise.all([hooked.ask(1), other.ask(2)]);
await system.terminate();
console.log(JSON.stringify({ html, opened, replies }));
