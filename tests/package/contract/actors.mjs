import { ActorSystem, everyNEvents, PersistenceExtensionId, PersistentActor } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { contents } from '../events.mjs';

/** Sums up what it is sent; a function among the commands is called with the actor. */
class Sum extends PersistentActor {
  persistenceId = 'sum';

  initialState() {
    return 0;
  }

  onEvent(state, event) {
    return state + event;
  }

  onCommand(_, command) {
    if (typeof command === 'function') return command(this);
    this.persist(command, (sum) => this.reply(sum));
  }
}

/** A class that overrides methods of {@link Sum}. */
function summing(overrides) {
  class Other extends Sum {}
  Object.assign(Other.prototype, overrides);
  return Other;
}

/** A running actor, its stores and its system. */
function spawned(room, Actor = Sum) {
  const [journal, snapshots] = [room.journal(), room.snapshots()];
  const system = ActorSystem.create('test');
  system.extension(PersistenceExtensionId).configure({ journal, snapshotStore: snapshots });
  return { ref: system.spawn(() => new Actor(), 'sum'), journal, snapshots, system };
}

/** What the console is told while `scenario` runs. */
async function complaints(scenario) {
  const lines = [];
  const original = console.error;
  console.error = (...parts) => lines.push(parts.map(String).join(' '));
  try {
    await scenario();
  } finally {
    console.error = original;
  }
  return lines;
}

/** What a call throws. */
function failure(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

export const actors = {
  async 'an actor goes on from its snapshot and the events behind it'(room) {
    const { ref, journal, snapshots, system } = spawned(room, summing({ snapshotPolicy: () => everyNEvents(2) }));
    equal(await Promise.all([1, 2, 3].map((n) => ref.ask(n))), [1, 3, 6]);
    await system.terminate();
    equal((await snapshots.loadLatest('sum')).state, 3);
    const next = ActorSystem.create('next');
    next.extension(PersistenceExtensionId).configure({ journal, snapshotStore: snapshots });
    equal(await next.spawn(() => new Sum(), 'sum').ask(4), 10);
    equal(contents(await journal.read('sum', 1)), [1, 2, 3, 4]);
    await next.terminate();
  },

  async 'a timeout that no timer keeps is refused, and nothing is sent'(room) {
    const { ref, journal, system } = spawned(room);
    for (const timeout of [2 ** 31, Infinity, Number.NaN, 0, -1, 1.5, '1000', null]) {
      await refused(ref.ask(1, timeout), 'invalid-argument', /timeoutMs/);
    }
    equal(await ref.ask(5, 2 ** 31 - 1), 5);
    await system.terminate();
    equal(contents(await journal.read('sum', 1)), [5]);
  },

  async 'an actor that throws when it is told of a failed recovery is reported'(room) {
    const initialState = () => {
      throw new Error('no beginning');
    };
    const hooks = [
      () => {
        throw new Error('thrown by the hook');
      },
      async () => {
        throw new Error('thrown by the hook');
      },
    ];
    for (const onRecoveryFailure of hooks) {
      const lines = await complaints(async () => {
        const { ref, system } = spawned(room, summing({ initialState, onRecoveryFailure }));
        const error = await ref.ask(1).catch((error) => error);
        ok(/no beginning/.test(error.message), error.message);
        await system.terminate();
      });
      ok(lines.length === 1 && /onRecoveryFailure.*thrown by the hook/.test(lines[0]), lines.join('\n'));
    }
  },

  async 'an actor that throws when it is told of a failed snapshot is reported'(room) {
    const onSnapshotFailure = () => {
      throw new Error('thrown by the hook');
    };
    const { ref, snapshots, system } = spawned(room, summing({ snapshotPolicy: () => () => true, onSnapshotFailure }));
    await snapshots.close();
    const lines = await complaints(async () => equal([await ref.ask(1), await ref.ask(2)], [1, 3]));
    ok(lines.length === 2 && lines.every((line) => /onSnapshotFailure.*thrown by the hook/.test(line)), lines.join('\n'));
    await system.terminate();
  },

  async 'what is asked for too late does not land in the next command'(room) {
    const { ref, journal, system } = spawned(room);
    let first;
    await ref.ask((actor) => void (first = actor));
    const attempts = [() => first.persist(100), () => first.reply('late'), () => first.saveSnapshot()];
    let late;
    // A listener is told before the actor goes on with the command whose event it is.
    const unsubscribe = journal.events.subscribe(() => (late = attempts.map(failure)));
    equal(await ref.ask(2), 2);
    unsubscribe();
    equal(late.map((error) => /\(\) came too late/.test(error?.message)), [true, true, true]);
    equal(attempts.map(failure).map((error) => /\(\) came too late/.test(error?.message)), [true, true, true]);
    equal(contents(await journal.read('sum', 1)), [2]);
    await system.terminate();
  },

  async 'a command may ask also behind what it awaits, and in its callbacks'(room) {
    const { ref, journal, system } = spawned(room);
    const asking = async (actor) => {
      await new Promise((next) => setTimeout(next));
      actor.persist(1, async () => {
        await new Promise((next) => setTimeout(next));
        actor.persist(2, (sum) => actor.reply(sum));
      });
    };
    equal(await ref.ask(asking), 3);
    equal(contents(await journal.read('sum', 1)), [1, 2]);
    await system.terminate();
  },

  async 'a snapshot policy that throws is reported, and the state goes on'(room) {
    const snapshotPolicy = () => {
      throw new Error('thrown by the policy');
    };
    const lines = await complaints(async () => {
      const { ref, journal, system } = spawned(room, summing({ snapshotPolicy }));
      equal([await ref.ask(1), await ref.ask(2)], [1, 3]);
      await system.terminate();
      equal(contents(await journal.read('sum', 1)), [1, 2]);
    });
    ok(lines.length === 2 && lines.every((line) => /thrown by the policy/.test(line)), lines.join('\n'));
  },
};
