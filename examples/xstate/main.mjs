/**
 * A basket, as a machine of XState, that goes on where the last run of this program left it:
 *
 *     npm install ../../pkg xstate
 *     node main.mjs add tea
 *     node main.mjs add milk
 *     node main.mjs pay
 */
import process from 'node:process';
import { SqliteJournal, SqliteSnapshotStore } from 'actor-journal';
import { persistActor } from 'actor-journal/xstate';
import { assign, fromPromise, setup, waitFor } from 'xstate';

const basket = setup({
  actors: { charge: fromPromise(async ({ input }) => `${input.items.length} paid`) },
}).createMachine({
  context: { items: [] },
  initial: 'open',
  states: {
    open: {
      on: {
        add: { actions: assign({ items: ({ context, event }) => [...context.items, event.item] }) },
        pay: 'paying',
      },
    },
    paying: {
      invoke: {
        src: 'charge',
        input: ({ context }) => ({ items: context.items }),
        onDone: { target: 'paid', actions: assign({ receipt: ({ event }) => event.output }) },
        onError: 'open',
      },
    },
    paid: { type: 'final' },
  },
});

const journal = new SqliteJournal({ path: 'events.db', wal: true });
const snapshotStore = new SqliteSnapshotStore({ path: 'events.db' });
const persisted = await persistActor(basket, { journal, snapshotStore, persistenceId: 'basket-ada' });

const [type, item] = process.argv.slice(2);
if (type) await persisted.send({ type, item });
const { value, context } = await waitFor(persisted.actor, (state) => !state.matches('paying'));
console.log(JSON.stringify({ value, ...context }));

await persisted.stop();
await Promise.all([journal.close(), snapshotStore.close()]);
