/** Machines of XState, and what their actors have done. */
import { assign, fromPromise, persistActor, sendParent, setup } from '../xstate.mjs';

/** Answers that are given by hand, in the order in which they were asked for. */
export class Answers {
  asked = [];
  #settled = 0;

  /** A promise actor that is answered from here. */
  get logic() {
    return fromPromise(({ input }) => new Promise((resolve, reject) => this.asked.push({ input, resolve, reject })));
  }

  give(value) {
    this.asked[this.#settled++].resolve(value);
  }

  fail(error) {
    this.asked[this.#settled++].reject(error);
  }
}

const add = assign({ balance: ({ context, event }) => context.balance + event.amount });

/**
 * An account with actors within it: `auditor` counts what it is told and reports each third, `bank`
 * answers requests, `frozen` ends after a minute. `done` is told of each action.
 */
export function account({ done = () => {}, bank = new Answers() } = {}) {
  const auditor = setup({}).createMachine({
    context: { count: 0 },
    on: {
      note: [
        { guard: ({ context }) => context.count === 2, actions: [assign({ count: 0 }), sendParent({ type: 'audited' })] },
        { actions: assign({ count: ({ context }) => context.count + 1 }) },
      ],
      fail: {
        actions: () => {
          throw new RangeError('the auditor has failed');
        },
      },
    },
  });
  return setup({
    actors: { auditor, bank: bank.logic },
    actions: { tell: ({ event }) => done(event.type), add },
    delays: { minute: 60_000 },
  }).createMachine({
    id: 'account',
    context: ({ input }) => ({ owner: input.owner, balance: 0, audits: 0 }),
    initial: 'open',
    entry: 'tell',
    invoke: { src: 'auditor', id: 'auditor', onError: { actions: assign({ failure: ({ event }) => event.error.message }) } },
    on: {
      audited: { actions: ['tell', assign({ audits: ({ context }) => context.audits + 1 })] },
      note: { actions: ({ self }) => self.getSnapshot().children.auditor.send({ type: 'note' }) },
      'fail auditor': { actions: ({ self }) => self.getSnapshot().children.auditor.send({ type: 'fail' }) },
    },
    states: {
      open: {
        on: {
          deposit: { actions: ['tell', 'add'] },
          freeze: 'frozen',
          ask: 'asking',
          close: 'closed',
          break: {
            actions: () => {
              throw new Error('it is broken');
            },
          },
        },
      },
      frozen: { on: { thaw: 'open' }, after: { minute: { target: 'open', actions: 'tell' } } },
      asking: {
        invoke: {
          src: 'bank',
          systemId: 'bank',
          input: ({ event }) => event.question,
          onDone: { target: 'open', actions: assign({ balance: ({ event }) => event.output }) },
          onError: { target: 'open', actions: assign({ failure: ({ event }) => event.error.message }) },
        },
      },
      closed: { type: 'final' },
    },
  });
}

export const deposit = (amount) => ({ type: 'deposit', amount });

/** What starts the same actor again and again. */
export function actorIn(room, machine, defaults = {}) {
  const options = { journal: room.journal(), snapshotStore: room.snapshots(), persistenceId: 'a', input: { owner: 'Ada' }, ...defaults };
  return { ...options, start: (others = {}) => persistActor(machine, { ...options, ...others }) };
}

/** The state with that of the actors within it. */
export const stateOf = ({ actor }) => actor.getPersistedSnapshot();

/** What an attempt rejects with. */
export const failureOf = (attempt) => attempt.then(() => undefined, (error) => error);
