import { ActorSystem, PersistentActor, SqliteJournal } from 'actor-journal';
import { useActor, useEvents, useFold, useJournal } from 'actor-journal/react';
import { existsSync } from 'node:fs';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';

class Account extends PersistentActor {
  persistenceId = 'account';
  initialState = () => 7;
  onEvent = (balance, deposited) => balance + deposited;
  onCommand() {}
}

const system = ActorSystem.create('server');

function Page() {
  const journal = useJournal(() => new SqliteJournal({ path: 'events.db' }));
  const { events, status } = useEvents(journal, { id: 'account' });
  const { state } = useFold(journal, {}, (sum) => sum + 1, 0);
  const account = useActor(system, () => new Account(), 'account');
  return h('p', null, [status, events.length, state, account.state].join(' '));
}

console.log(JSON.stringify({ html: renderToString(h(Page)), opened: existsSync('events.db') }));
