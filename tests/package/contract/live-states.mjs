/** States that follow a journal. */
import { ActorSystem, everyNEvents, PersistenceExtensionId, PersistentActor, ProjectionError } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { counted, named, range } from '../events.mjs';
import { liveActor, liveEvents, liveFold } from '../live.mjs';
import { failure, isLive, shown } from '../shown.mjs';
import { lists } from './live-lists.mjs';

const add = (sum, { event }) => sum + event.n;

/** Waits until nobody has the name of an actor. */
async function untilFree(system, name) {
  for (;;) {
    try {
      system.spawn(() => new Account(name), name);
      return system.stop(name);
    } catch ({ code }) {
      equal(code, 'name-taken');
      await new Promise((next) => setTimeout(next));
    }
  }
}

class Account extends PersistentActor {
  constructor(persistenceId) {
    super();
    this.persistenceId = persistenceId;
  }

  initialState() {
    return 0;
  }

  onEvent(balance, { n }) {
    return balance + n;
  }

  onCommand(balance, n) {
    if (n === 'stop') this.stop();
    else if (balance + n < 0) this.reject(new RangeError(`only ${balance} left`));
    else this.persist({ n }, (sum) => this.reply(sum));
  }
}

/** Each second event is snapshotted, and those before it are deleted. */
class Compacted extends Account {
  snapshotPolicy() {
    return everyNEvents(2);
  }

  retention() {
    return 'compact';
  }
}

/** Programs that have actors on the stream `a` of one journal. */
function programs(room, count, Kind = Account) {
  const journal = room.journal();
  const snapshotStore = room.snapshots({ keepN: 1 });
  return range(1, count).map((n) => {
    const system = ActorSystem.create(`program-${n}`);
    system.extension(PersistenceExtensionId).configure({ journal, snapshotStore });
    room.tracked({ close: () => system.terminate() });
    return { journal, system, live: () => liveActor(system, () => new Kind('a'), 'a') };
  });
}

const folds = {
  async 'a fold has what is there, then what comes'(room) {
    const journal = room.journal();
    await journal.append('a', counted(3), 0);
    const live = liveFold(journal, { id: 'a' }, add, 0);
    equal(live.getSnapshot(), { state: 0, status: 'catching-up', error: undefined });
    const end = live.subscribe(() => undefined);
    equal(await shown(live, isLive), { state: 6, status: 'live', error: undefined });
    await journal.append('b', counted(1), 0);
    await journal.append('a', counted(4), 3);
    equal((await shown(live, ({ state }) => state !== 6)).state, 16);
    equal(live.initial.state, 0);
    end();
  },

  async 'subscribers are told once for many events'(room) {
    const journal = room.journal();
    await journal.append('a', counted(10_000), 0);
    const live = liveFold(journal, {}, add, 0);
    const states = [];
    const end = live.subscribe(() => states.push(live.getSnapshot().state));
    equal((await shown(live, isLive)).state, 50_005_000);
    end();
    ok(states.length <= 30, `${states.length} times`);
  },

  async 'when all have left nothing is read, and the next one goes on from there'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2), 0);
    const seen = [];
    const live = liveFold(journal, {}, (sum, { sequenceNr }) => (seen.push(sequenceNr), sum + 1), 0);
    const ends = [1, 2].map(() => live.subscribe(() => undefined));
    await shown(live, isLive);
    for (const end of ends) end();
    await journal.append('a', counted(2), 2);
    equal(live.getSnapshot().state, 2);
    equal((await shown(live, ({ state }) => state === 4)).error, undefined);
    live.subscribe(() => undefined)();
    const end = live.subscribe(() => undefined);
    await journal.append('a', counted(1), 4);
    await shown(live, ({ state }) => state === 5);
    end();
    equal(seen, range(1, 5));
  },

  async 'what a reducer throws is shown with its event, and retry goes on behind the last one'(room) {
    const journal = room.journal();
    await journal.append('b', counted(2), 0);
    await journal.append('a', counted(4), 0);
    let isMended = false;
    const reducer = (sum, event) => {
      if (event.event.n === 3 && !isMended) throw new RangeError('three');
      return add(sum, event);
    };
    const live = liveFold(journal, { id: 'a' }, reducer, 0);
    const end = live.subscribe(() => undefined);
    const error = await failure(live);
    ok(error instanceof ProjectionError && error.cause instanceof RangeError, 'with what was thrown');
    equal([error.code, error.persistenceId, error.sequenceNr, error.position], ['projection', 'a', 3, 5]);
    equal(error.message, 'the fold has failed at seq 3 of "a", position 5: three');
    equal(live.getSnapshot().state, 3);
    isMended = true;
    live.retry();
    equal(await shown(live, isLive), { state: 10, status: 'live', error: undefined });
    live.retry();
    equal(live.getSnapshot().status, 'live');
    end();
  },
};

const refusals = {
  async 'a query that is wrong fails, and says why'(room) {
    const journal = room.journal();
    const refusal = async (query, message) => refused(Promise.reject(await failure(liveEvents(journal, query))), 'invalid-argument', message);
    await refusal({ tag: 'red' }, /"tag"/);
    await refusal({ id: 'a', filter: 'red' }, /stream has no "filter"/);
    await refusal({ id: undefined }, /id must be a string, where it is there, not undefined/);
    await refusal({ fromSeq: 2 }, /"fromSeq"/);
    await refusal({ filter: {} }, /filter/);
    await refusal({ id: 'a/b' }, /a\/b/);
    for (const limit of [0, 1.5, '3', 3n]) await refusal({ limit }, /limit/);
    for (const query of [null, 3, 'red']) await refusal(query, /^query must be an object, not /);
    for (const fromPosition of [-1, '3', 3n]) await refusal({ fromPosition }, /^query: fromPosition must be .*, not "?-?[13]/);
    await refusal({ id: 'a', fromSeq: 0 }, /^query: fromSeq/);
  },

  async 'what is no journal, no function, no system and no actor is refused by name'(room) {
    const [{ system }] = programs(room, 1);
    for (const journal of [undefined, null, 3, {}]) {
      for (const live of [liveEvents(journal), liveFold(journal, {}, add, 0)]) {
        await refused(Promise.reject(await failure(live)), 'invalid-argument', /^journal must be a Journal, not /);
      }
    }
    const account = () => new Account('a');
    for (const [call, message] of [
      [() => liveFold(room.journal(), {}), /^liveFold: reducer must be a function, not undefined/],
      [() => liveActor(), /^liveActor: system/],
      [() => liveActor({}, account, 'a'), /^liveActor: system must be an ActorSystem, not an object/],
      [() => liveActor(system, new Account('a'), 'a'), /^liveActor: create must be a function, not an object/],
      [() => liveActor(system, account), /^liveActor: name must be a string, not undefined/],
      [() => liveActor(system, () => ({}), 'a'), /^liveActor: what create makes must be a PersistentActor/],
    ]) {
      await refused(async () => call(), 'invalid-argument', message);
    }
  },

  async 'when the journal is closed they fail'(room) {
    const journal = room.journal();
    const live = liveFold(journal, {}, add, 0);
    const end = live.subscribe(() => undefined);
    await shown(live, isLive);
    await journal.close();
    equal((await failure(live)).code, 'closed');
    end();
  },
};

const actors = {
  async 'an actor’s state is shown, and it answers'(room) {
    const [{ journal, live }] = programs(room, 1);
    const account = live();
    const end = account.subscribe(() => undefined);
    equal((await shown(account, isLive)).state, 0);
    equal(await account.ask(5), 5);
    equal((await shown(account, ({ state }) => state === 5)).status, 'live');
    account.tell(2);
    await shown(account, ({ state }) => state === 7);
    const error = await account.ask(-9).catch((error) => error);
    equal([error.name, error.message], ['RangeError', 'only 7 left']);
    equal(await journal.highestSeq('a'), 2);
    end();
    equal((await shown(live(), isLive)).state, 7);
  },

  async 'programs with actors on one stream do not lose a command, and show the same'(room) {
    const accounts = programs(room, 2).map(({ live }) => live());
    const ends = accounts.map((account) => account.subscribe(() => undefined));
    for (const n of range(1, 4)) await accounts[n % 2].ask(n);
    await Promise.all(range(1, 20).map((n) => accounts[n % 2].ask(n)));
    for (const account of accounts) equal((await shown(account, ({ state }) => state >= 220)).state, 220);
    for (const end of ends) end();
  },

  async 'a name that another stream’s actor has takes no command, until that one is gone'(room) {
    const [{ journal, system, live }] = programs(room, 1);
    const a = live();
    const b = liveActor(system, () => new Account('b'), 'a');
    const end = a.subscribe(() => undefined);
    equal(await a.ask(5), 5);
    equal(await b.ask(7).catch(({ code }) => code), 'name-taken');
    equal((await shown(b, isLive)).state, 0);
    end();
    await untilFree(system, 'a');
    equal(await b.ask(7), 7);
    equal([await journal.highestSeq('a'), await journal.highestSeq('b')], [1, 1]);
    await refused(async () => a.subscribe(3), 'invalid-argument', /listener/);
  },

  async 'a conflict in another stream is the command’s answer'(room) {
    const [{ journal, system }] = programs(room, 1);
    let tries = 0;
    class Clerk extends Account {
      async onCommand() {
        tries++;
        await journal.append('other', counted(1), 3);
      }
    }
    const clerk = liveActor(system, () => new Clerk('a'), 'a');
    const error = await clerk.ask('file').catch((error) => error);
    equal([error.code, error.persistenceId, tries], ['conflict', 'other', 1]);
    await untilFree(system, 'a');
  },

  async 'several that name an actor have one, which stops with the last of them'(room) {
    const [{ system, live }] = programs(room, 1);
    const accounts = [live(), live()];
    const ends = accounts.map((account) => account.subscribe(() => undefined));
    equal(await Promise.all([accounts[0].ask(1), accounts[1].ask(2), live().ask(3)]), [1, 3, 6]);
    ends[0]();
    equal(await accounts[1].ask(4), 10);
    ends[1]();
    equal(await accounts[0].ask(5), 15);
    await untilFree(system, 'a');
    system.spawn(() => new Account('a'), 'a');
    equal(await accounts[0].ask(1).catch(({ code }) => code), 'name-taken');
    await system.stop('a');
  },

  async 'one that has stopped is there again for the next command'(room) {
    const account = programs(room, 1)[0].live();
    const end = account.subscribe(() => undefined);
    equal(await account.ask(5), 5);
    equal(await account.ask('stop'), undefined);
    equal(await account.ask(6), 11);
    end();
  },

  async 'a state is followed over compactions'(room) {
    const [watching, working] = programs(room, 2, Compacted).map(({ live }) => live());
    const follow = async (state) => equal((await shown(watching, (live) => live.state === state && isLive(live))).error, undefined);
    for (let sum = 1; sum <= 9; sum++) {
      await working.ask(1);
      if (sum % 3 === 0) await follow(sum);
    }
    const end = watching.subscribe(() => undefined);
    await Promise.all(range(10, 30).map(() => working.ask(1)));
    await follow(30);
    end();
  },

  async 'an event that the actor cannot read is not passed over'(room) {
    const [{ journal, live }] = programs(room, 1);
    const account = live();
    const end = account.subscribe(() => undefined);
    await account.ask(5);
    await shown(account, ({ state }) => state === 5);
    await journal.append('a', [named({ n: 1 }, 'interest', 2)], 1);
    equal((await failure(account)).code, 'unsupported-schema');
    equal(account.getSnapshot().state, 5);
    end();
  },

  async 'without a journal it fails'() {
    const system = ActorSystem.create('empty');
    const error = await failure(liveActor(system, () => new Account('a'), 'a'));
    equal([error.code, error.message], ['invalid-argument', 'liveActor: the system has no journal']);
  },
};

export const liveStates = { ...folds, ...lists, ...refusals, ...actors };
