import { InMemoryJournal, InMemorySnapshotStore } from 'actor-journal';
import { persistActor, type PersistActorOptions, type PersistedActor } from 'actor-journal/xstate';
import { assign, fromTransition, setup } from 'xstate';

const account = setup({
  types: {
    context: {} as { owner: string; balance: number },
    events: {} as { type: 'deposit'; amount: number } | { type: 'close' },
    input: {} as { owner: string },
  },
}).createMachine({
  context: ({ input }) => ({ owner: input.owner, balance: 0 }),
  initial: 'open',
  states: {
    open: {
      on: {
        deposit: { actions: assign({ balance: ({ context, event }) => context.balance + event.amount }) },
        close: 'closed',
      },
    },
    closed: { type: 'final' },
  },
});

const sum = fromTransition((total: { sum: number }, event: { type: 'add'; n: number }) => ({ sum: total.sum + event.n }), { sum: 0 });

const options = { journal: new InMemoryJournal(), persistenceId: 'account-ada' };

export async function balance(): Promise<number> {
  const all: PersistActorOptions<typeof account> = {
    ...options,
    snapshotStore: new InMemorySnapshotStore(),
    snapshotEvery: 10,
    input: { owner: 'Ada' },
    onError: (error: unknown) => console.error(error),
  };
  const persisted: PersistedActor<typeof account> = await persistActor(account, { ...all, input: { owner: 'Ada' } });
  await persisted.send({ type: 'deposit', amount: 5 });
  const { context, value } = persisted.actor.getSnapshot();
  const state: 'open' | 'closed' = value;
  await persisted.flushed();
  await persisted.stop();
  return state === 'open' ? context.balance : 0;
}

export async function total(): Promise<number> {
  const persisted = await persistActor(sum, options);
  await persisted.send({ type: 'add', n: 1 });
  return persisted.actor.getSnapshot().context.sum;
}

// What must not pass.
export async function wrong(persisted: PersistedActor<typeof account>): Promise<void> {
  // @ts-expect-error There is no such event.
  await persisted.send({ type: 'withdraw' });
  // @ts-expect-error An amount is a number.
  await persisted.send({ type: 'deposit', amount: '5' });
  // @ts-expect-error There is no such value in the context.
  persisted.actor.getSnapshot().context.interest;
  // @ts-expect-error This machine needs input.
  await persistActor(account, options);
  // @ts-expect-error There is no such input.
  await persistActor(account, { ...options, input: { name: 'Ada' } });
  // @ts-expect-error A journal is needed.
  await persistActor(sum, { persistenceId: 'sum' });
}
