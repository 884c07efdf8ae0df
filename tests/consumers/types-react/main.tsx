import { InMemoryJournal, PersistentActor, SqliteJournal, type ActorSystem, type PersistentEvent } from 'actor-journal';
import { liveEvents, liveFold, type Live, type LiveState } from 'actor-journal/live';
import { useActor, useEvents, useFold, useJournal, useLive } from 'actor-journal/react';
import type { ReactNode } from 'react';

interface Deposited {
  readonly cents: number;
}

interface Command {
  readonly deposit: number;
}

interface State {
  readonly balance: number;
}

class Account extends PersistentActor<Command, Deposited, State, number> {
  constructor(readonly persistenceId: string) {
    super();
  }

  initialState(): State {
    return { balance: 0 };
  }

  onEvent({ balance }: State, { cents }: Deposited): State {
    return { balance: balance + cents };
  }

  onCommand(_state: State, { deposit }: Command): void {
    this.persist({ cents: deposit }, ({ balance }) => this.reply(balance));
  }
}

type IsAny<T> = 0 extends 1 & T ? true : false;

const add = (sum: number, { event }: PersistentEvent<Deposited>): number => sum + event.cents;

export function Events({ id }: { readonly id: string }): ReactNode {
  const journal = useJournal(() => new SqliteJournal({ path: 'events.db' }));
  const { events, status, error, retry } = useEvents<Deposited>(journal, { id, limit: 20 });
  const checked: IsAny<(typeof events)[number]> | IsAny<typeof error> = false;
  const [first] = useEvents(journal, { filter: { any: ['money'] }, fromPosition: 5 }).events;
  void journal.storage();
  // @ts-expect-error An event is unknown until its type is named.
  first?.event.cents;
  // @ts-expect-error There is no such option.
  useEvents(journal, { tag: 'money' });
  // @ts-expect-error Tags are not asked for within a stream.
  useEvents(journal, { id, filter: 'money' });
  // @ts-expect-error An error may be anything.
  error?.code;
  if (status === 'failed') return <button onClick={retry}>{String(checked)}</button>;
  return events.map(({ position, event }) => <li key={position}>{event.cents.toFixed()}</li>);
}

export function Balance({ total }: { readonly total: LiveState<number> }): ReactNode {
  const { state, status } = useFold(new InMemoryJournal(), { id: 'a' }, add, 0);
  const shared: Live<number> = useLive(total);
  const sum: number = state + shared.state;
  // @ts-expect-error A state is a number.
  state.balance;
  // @ts-expect-error There is no such status.
  if (status === 'loading') return null;
  // @ts-expect-error The first state is no number.
  useFold(new InMemoryJournal(), { id: 'a' }, add, '0');
  return sum;
}

export function Deposit({ system }: { readonly system: ActorSystem }): ReactNode {
  const { state, ask, tell } = useActor(system, () => new Account('a'), 'a');
  const checked: IsAny<typeof state> | IsAny<Parameters<typeof tell>[0]> | IsAny<Awaited<ReturnType<typeof ask>>> = false;
  const deposit = async (): Promise<number> => ask({ deposit: 5 }, 1000);
  // @ts-expect-error There is no such command.
  tell({ withdraw: 5 });
  // @ts-expect-error Replies are numbers.
  void ask({ deposit: 5 }).then((reply: string) => reply);
  // @ts-expect-error A state has a balance alone.
  state.owner;
  return <button onClick={() => void deposit()}>{checked ? 0 : state.balance}</button>;
}

/** Without React. */
export function watch(journal: InMemoryJournal): () => void {
  const [total, last] = [liveFold(journal, {}, add, 0), liveEvents<Deposited>(journal)];
  const end = total.subscribe(() => total.getSnapshot().state.toFixed());
  // @ts-expect-error A list is not to be changed.
  last.getSnapshot().state.push();
  return end;
}
