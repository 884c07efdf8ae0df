/** Actors whose state is kept itself, without the events that led to it. */
import { ActorSystem, isConflict, JournalError, PersistenceExtensionId, stateMigrations, withDefaults } from '../../actor-journal.mjs';
import { equal, ok, thrown } from '../../assert.mjs';
import { before, rejected } from './faults.mjs';
import { DurableStage, DurableSum, failing, look, pause, Sum, throwing } from './stage.mjs';

/** A command that answers the revision. */
const lookAtRevision = (actor) => actor.reply(actor.revision);

/** A command that deletes the state and answers what it is then. */
const forget = (actor) => actor.deleteState((state) => actor.reply(state));

/** A store whose changes fail as `faults` say, one for each, and not at all behind the last. */
function failingChanges(store, ...faults) {
  const change = (name) => (inner, ...args) => (faults.shift() ?? made)(inner, name, ...args);
  return before(store, { save: change('save'), delete: change('delete') });
}

/** How many values stand before the options of a change. */
const VALUES = { save: 3, delete: 2 };

const made = (inner, name, ...args) => inner[name](...args);

const refused = () => rejected();

/** The options of a change, with a token where they have none. */
const tokened = (options) => ({ token: crypto.randomUUID(), ...options });

const lost = (token) => new JournalError('lost', 'lost on purpose', { token });

/** The change is not made, and the answer is lost. */
async function lostUnmade(inner, name, ...args) {
  throw lost(tokened(args[VALUES[name]]).token);
}

/** The change is made, and the answer is lost. */
async function lostMade(inner, name, ...args) {
  const options = tokened(args[VALUES[name]]);
  await inner[name](...args.slice(0, VALUES[name]), options);
  throw lost(options.token);
}

/** The answer is lost like that, and then others change the state so many times. */
const overtaken = (lose, times) => async (inner, name, id, ...rest) => {
  const error = await lose(inner, name, id, ...rest).catch((thrown) => thrown);
  for (let n = 0; n < times; n++) await inner.save(id, (await inner.load(id)).revision, 1000);
  throw error;
};

/** What a store holds: the state and its revision. */
async function held(store, id = 'sum') {
  const { state, revision } = await store.load(id);
  return [state, revision];
}

const spawned = async (system, create) => system.spawn(create, 'sum');

export const durable = {
  async 'a durable actor recovers the state that it saved last'(room) {
    const stage = new DurableStage(room);
    const ref = stage.spawn();
    equal([await ref.ask(look), await ref.ask(lookAtRevision)], [0, 0]);
    equal(await Promise.all([ref.ask(1), ref.ask(2), ref.ask(lookAtRevision)]), [1, 3, 2]);
    equal(await ref.ask((actor) => actor.save(10, () => actor.save(20, (sum) => actor.reply(sum)))), 20);
    await stage.system.terminate();
    equal([await held(stage.stateStore), await stage.recovered()], [[20, 4], 20]);
  },

  async "a durable actor's deleted state is the initial one again"(room) {
    const stage = new DurableStage(room);
    const ref = stage.spawn();
    equal([await ref.ask(5), await ref.ask(forget), await ref.ask(lookAtRevision)], [5, 0, 2]);
    equal([await held(stage.stateStore), await stage.recovered()], [[undefined, 2], 0]);
    equal([await ref.ask(7), await ref.ask(lookAtRevision)], [7, 3]);
    await stage.system.terminate();
    equal(await stage.recovered(), 7);
  },

  async 'a durable actor whose state another writer changed is stopped'(room) {
    for (const [id, change] of Object.entries({ saved: 1, deleted: forget })) {
      const stage = new DurableStage(room);
      const ref = stage.spawn({}, { id });
      await ref.ask(5);
      await stage.stateStore.save(id, 1, 1000);
      const [changing, waiting] = [failing(ref.ask(change), 'conflict'), failing(ref.ask(2), 'stopped')];
      const error = await changing;
      ok(isConflict(error) && new RegExp(`another writer owns the state "${id}": it is at revision 2, not at 1`).test(error.message), error.message);
      equal([error.expectedSeq, error.actualSeq, (await waiting).cause === error], [1, 2, true]);
      equal(await stage.spawn({}, { id }).ask(4), 1004);
      await stage.system.terminate();
    }
  },

  async 'a lost change of a durable actor is repeated and made once'(room) {
    const store = room.states();
    for (const [n, faults] of [[lostMade], [lostUnmade], [lostUnmade, lostMade, refused]].entries()) {
      const id = `sum-${n}`;
      const stage = new DurableStage(room, { stateStore: failingChanges(store, ...faults, made, ...faults) });
      const ref = stage.spawn({}, { id });
      equal(await Promise.all([ref.ask(1), ref.ask(2), ref.ask(forget), ref.ask(4)]), [1, 3, 0, 4]);
      await stage.system.terminate();
      equal([await held(store, id), stage.made], [[4, 4], 1]);
    }
  },

  async 'a rejected change leaves a durable actor running'(room) {
    const stage = new DurableStage(room, { stateStore: failingChanges(room.states(), made, refused, refused) });
    const ref = stage.spawn();
    const rejections = [1, forget].map((command) => () => failing(ref.ask(command), 'full'));
    equal([await ref.ask(1), (await rejections[0]()).code, (await rejections[1]()).code], [1, 'full', 'full']);
    await failing(ref.ask(NaN), 'unencodable');
    equal([await ref.ask(2), await ref.ask(lookAtRevision), stage.made], [3, 2, 1]);
    await stage.system.terminate();
    equal(await stage.recovered(), 3);
  },

  async "a durable actor's old state is upcast"(room) {
    const stage = new DurableStage(room);
    const upcasters = [(sum) => ({ sum }), withDefaults({ currency: 'EUR' })];
    const counting = {
      stateAdapter: () => stateMigrations({ manifest: 'account', upcasters }),
      onRecoveryFailure: () => undefined,
    };
    await stage.stateStore.save('sum', 0, 7, { manifest: 'account', version: 1 });
    const ref = stage.spawn(counting);
    equal(await ref.ask(look), { sum: 7, currency: 'EUR' });
    await ref.ask((actor, state) => actor.save({ ...state, sum: 8 }));
    await stage.system.terminate();
    const { state, manifest, version } = await stage.stateStore.load('sum');
    equal([state, manifest, version], [{ sum: 8, currency: 'EUR' }, 'account', 3]);
    equal(await stage.recovered(counting), state);
    await stage.stateStore.save('sum', 2, 8, { manifest: 'account', version: 4 });
    for (const overrides of [counting, { onRecoveryFailure: () => undefined }]) {
      const { cause } = await failing(stage.recovered(overrides), 'not-recovered');
      ok(/the state at revision 3 of "sum" has the manifest "account" in version 4/.test(cause.message), cause.message);
      equal([cause.code, cause.persistenceId, cause.sequenceNr], ['unsupported-schema', 'sum', 3]);
    }
  },

  async 'an idle durable actor is passivated and comes back'(room) {
    const stage = new DurableStage(room, { passivateAfterMs: 1 });
    const ref = stage.spawn();
    equal(await ref.ask(1), 1);
    while (stage.system.active > 0) await pause();
    equal([await ref.ask(2), stage.made], [3, 2]);
    await stage.system.terminate();
  },
};

export const durableInJavaScript = {
  async 'an actor needs the store of its kind, and a system may have one kind alone'(room) {
    const system = ActorSystem.create('bare');
    const extension = system.extension(PersistenceExtensionId);
    thrown(() => extension.setStateStore(new Map()), 'invalid-argument', /setStateStore: stateStore .* load\(\) and save\(\)/);
    const durable = () => new DurableSum();
    ok(/configure\(\{ stateStore \}\)/.test((await failing(spawned(system, durable), 'no-state-store')).message), 'it says what to do');
    extension.configure({ stateStore: room.states() });
    await failing(spawned(system, () => new Sum()), 'no-journal');
    equal(await system.spawn(durable, 'sum').ask(1), 1);
    await system.terminate();
  },

  async 'a change that stays lost stops the actor, and only a conflict in its place denies it'(room) {
    const store = room.states();
    const endings = { lost: [Array(4).fill(lostUnmade), [overtaken(lostMade, 1)], [overtaken(lostUnmade, 2)]], conflict: [[overtaken(lostUnmade, 1)]] };
    for (const [code, cases] of Object.entries(endings)) {
      for (const [n, faults] of cases.entries()) {
        const stage = new DurableStage(room, { stateStore: failingChanges(store, ...faults) });
        const ref = stage.spawn({}, { id: `${code}-${n}` });
        const [changing, waiting] = [failing(ref.ask(1), code), failing(ref.ask(2), 'stopped')];
        equal((await waiting).cause === (await changing), true);
      }
    }
  },

  async 'a durable actor that fails behind a change says that it is stored'(room) {
    for (const failurePolicy of ['restart', 'resume']) {
      const stage = new DurableStage(room, { failurePolicy });
      const ref = stage.spawn({}, { id: failurePolicy });
      const [failed, rejection] = [throwing('thrown behind it'), (actor) => () => actor.reject(new Error('no, thanks'))];
      const error = await failing(ref.ask((actor) => actor.save(1, failed)), 'stored');
      equal([error.cause.message, await ref.ask(look)], ['thrown behind it', 1]);
      await failing(ref.ask((actor) => actor.save(2, rejection(actor))), 'stored');
      equal([await ref.ask(look), await ref.ask(lookAtRevision)], [2, 2]);
      await stage.system.terminate();
    }
  },

  async 'a durable actor goes on with what is stored, not with what it saved'(room) {
    const stage = new DurableStage(room);
    const stateAdapter = () => ({
      toJournal: (state) => ({ state, manifest: 'read', version: 1 }),
      fromJournal: ({ state, manifest, version, sequenceNr }) => ({ ...state, read: [manifest, version, sequenceNr] }),
    });
    for (const [id, overrides] of Object.entries({ plain: {}, adapted: { stateAdapter } })) {
      const ref = stage.spawn(overrides, { id });
      const saved = { kept: [1], dropped: undefined };
      const seen = await ref.ask((actor) => actor.save(saved, (state) => (saved.kept.push(2), actor.reply(state))));
      equal([Object.hasOwn(seen, 'dropped'), seen.kept], [false, [1]], id);
      equal([await ref.ask(look), await stage.recovered(overrides, id)], [seen, seen], id);
    }
    await stage.system.terminate();
  },

  async 'a state that its adapter cannot read is not stored'(room) {
    const stage = new DurableStage(room);
    const stateAdapter = () => ({ toJournal: (state) => ({ state }), fromJournal: throwing('unreadable') });
    const none = () => stage.spawn({ stateAdapter: () => ({}) }, { id: 'none' });
    thrown(none, 'invalid-argument', /stateAdapter: what it returns must be an adapter/);
    const { message } = await failing(stage.spawn({ stateAdapter }).ask(1), undefined);
    equal([message, await stage.recovered({}, 'sum'), await held(stage.stateStore)], ['unreadable', 0, [undefined, 0]]);
    await stage.system.terminate();
  },

  async 'a durable actor may change its state when it is recovered'(room) {
    const stage = new DurableStage(room);
    const onRecoveryComplete = function (state) {
      this.save(state + 100);
    };
    equal(await stage.spawn({ onRecoveryComplete }).ask(1), 101);
    await stage.system.terminate();
    equal(await held(stage.stateStore), [101, 2]);
  },
};
