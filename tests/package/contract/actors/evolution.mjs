import { becomes, migrations, retired, stateMigrations, withDefaults } from '../../actor-journal.mjs';
import { equal, ok, thrown } from '../../assert.mjs';
import { contents } from '../../events.mjs';
import { failing, look, Stage } from './stage.mjs';

/** Adds up cents; its events are adapted by `upcasters`. */
function adapted(upcasters, unnamed) {
  const adapter = migrations({ manifestOf: ({ kind }) => kind, upcasters, ...(unnamed && { unnamed }) });
  return {
    initialState: () => [],
    onEvent: (state, event) => [...state, event],
    eventAdapter: () => adapter,
    onRecoveryFailure: () => undefined,
  };
}

/** What an actor makes of a stream that older programs have written. */
async function read(room, entries, overrides) {
  const stage = new Stage(room);
  await stage.journal.append('sum', entries, 0);
  const answer = await stage.spawn(overrides).ask(look).finally(() => stage.system.terminate());
  equal(contents(await stage.journal.read('sum', 1)), entries.map(({ event }) => event), 'nothing is rewritten');
  return answer;
}

/** The error that such a stream is refused with. */
async function refusal(room, entries, overrides) {
  const { cause } = await failing(read(room, entries, overrides), 'not-recovered');
  equal(cause.code, 'unsupported-schema');
  return cause;
}

const named = (manifest, version, event) => ({ event, manifest, version });

/** From euros to cents, and then to a currency that was always one. */
const deposited = [({ euros }) => ({ kind: 'deposited', cents: 100 * euros }), withDefaults({ currency: 'EUR' })];

export const evolution = {
  async 'an adapter stores manifest and version'(room) {
    const stage = new Stage(room);
    const ref = stage.spawn({ ...adapted({ deposited, withdrawn: [] }), tagsFor: ({ kind }) => [kind] });
    const events = [{ kind: 'deposited', cents: 5 }, { kind: 'withdrawn', cents: 1 }];
    equal(await ref.ask((actor) => actor.persistAll(events, (state) => actor.reply(state))), events);
    const unknown = ref.ask((actor) => actor.persist({ kind: 'lent' }));
    ok(/"lent"/.test((await failing(unknown, 'invalid-argument')).message), 'it names the manifest');
    await stage.system.terminate();
    const stored = await stage.journal.read('sum', 1);
    equal(stored.map(({ manifest, version, tags }) => [manifest, version, tags]), [
      ['deposited', 3, ['deposited']],
      ['withdrawn', 1, ['withdrawn']],
    ]);
  },

  async 'old events are upcast through every version'(room) {
    const entries = [
      named('deposited', 1, { euros: 1 }),
      named('deposited', 2, { kind: 'deposited', cents: 2 }),
      named('deposited', 3, { kind: 'deposited', cents: 3, currency: 'CHF' }),
      { event: { euros: 4 } },
    ];
    const overrides = adapted({ deposited }, (event) => ({ manifest: 'deposited', event }));
    equal((await read(room, entries, overrides)).map(({ cents, currency }) => [cents, currency]), [
      [100, 'EUR'],
      [2, 'EUR'],
      [3, 'CHF'],
      [400, 'EUR'],
    ]);
  },

  async 'defaults fill what an old event lacks'(room) {
    const upcasters = { opened: [withDefaults({ owner: 'nobody', limit: 10 })] };
    const entries = [named('opened', 1, { limit: 0 }), named('opened', 2, { owner: 'me' })];
    equal(await read(room, entries, adapted(upcasters)), [{ owner: 'nobody', limit: 0 }, { owner: 'me' }]);
  },

  async 'one old event becomes many'(room) {
    const moved = ({ euros }) =>
      becomes({ manifest: 'withdrawn', event: { kind: 'withdrawn', cents: 100 * euros } }, named('deposited', 1, { euros }));
    const stage = new Stage(room);
    await stage.journal.append('sum', [named('moved', 1, { euros: 7 })], 0);
    const ref = stage.spawn(adapted({ moved: [moved], withdrawn: [], deposited }));
    const both = [
      { kind: 'withdrawn', cents: 700 },
      { kind: 'deposited', cents: 700, currency: 'EUR' },
    ];
    equal([await ref.ask(look), await ref.ask((actor) => actor.reply(actor.lastSeq))], [both, 1]);
    await ref.ask((actor) => actor.persist({ kind: 'withdrawn', cents: 1 }));
    await stage.system.terminate();
    equal(await stage.journal.highestSeq('sum'), 2);
  },

  async 'a retired event is dropped'(room) {
    const audited = [(event) => event, retired];
    const entries = [named('audited', 1, 1), named('deposited', 2, { cents: 2 }), named('audited', 2, 3)];
    equal(await read(room, entries, adapted({ audited, deposited })), [{ cents: 2, currency: 'EUR' }]);
  },

  async 'an unknown manifest is refused by name'(room) {
    const overrides = adapted({ deposited });
    const error = await refusal(room, [named('deposited', 1, { euros: 1 }), named('toString', 1, {})], overrides);
    ok(/seq 2 of "sum" has the manifest "toString" in version 1, which is unknown/.test(error.message), error.message);
    equal([error.persistenceId, error.sequenceNr], ['sum', 2]);
    const stage = new Stage(room);
    await stage.journal.append('bare', [{ event: 1 }], 0);
    const bare = stage.spawn(overrides, { id: 'bare' }).ask(look);
    const { cause } = await failing(bare, 'not-recovered');
    ok(/seq 1 of "bare" has no manifest/.test(cause.message), cause.message);
  },

  async 'a version from the future is refused by name'(room) {
    const error = await refusal(room, [named('deposited', 4, {})], adapted({ deposited }));
    ok(/"deposited" in version 4, and the newest known here is 3/.test(error.message), error.message);
    equal([error.persistenceId, error.sequenceNr], ['sum', 1]);
  },

  async 'without an adapter a manifest is refused by name'(room) {
    const plain = { onRecoveryFailure: () => undefined };
    const error = await refusal(room, [{ event: 1 }, named('deposited', 2, 4)], plain);
    ok(/the event at seq 2 of "sum" has the manifest "deposited" in version 2/.test(error.message), error.message);
    const stage = new Stage(room);
    await stage.journal.append('bare', [{ event: 1 }], 0);
    await stage.snapshotStore.save('bare', 1, 1, { manifest: 'account', version: 3 });
    const { cause } = await failing(stage.spawn(plain, { id: 'bare' }).ask(look), 'not-recovered');
    equal([cause.code, cause.persistenceId, cause.sequenceNr], ['unsupported-schema', 'bare', 1]);
    ok(/the snapshot at seq 1 of "bare" has the manifest "account" in version 3/.test(cause.message), cause.message);
    await stage.system.terminate();
  },

  async 'a snapshot is upcast'(room) {
    const upcasters = [(sum) => ({ sum }), withDefaults({ currency: 'EUR' })];
    const counting = (options) => ({
      onEvent: (state, event) => ({ ...state, sum: state.sum + event }),
      snapshotAdapter: () => stateMigrations({ manifest: 'account', upcasters, ...options }),
    });
    const stage = new Stage(room);
    await stage.journal.append('sum', [{ event: 1 }, { event: 2 }, { event: 4 }], 0);
    await stage.snapshotStore.save('sum', 1, 1, { manifest: 'account', version: 1 });
    equal(await stage.recovered(counting()), { sum: 7, currency: 'EUR' });
    const ref = stage.spawn(counting());
    await ref.ask((actor) => actor.saveSnapshot());
    await stage.system.terminate();
    const { state, manifest, version } = await stage.snapshotStore.loadLatest('sum');
    equal([state, manifest, version], [{ sum: 7, currency: 'EUR' }, 'account', 3]);
    equal(await stage.recovered(counting()), { sum: 7, currency: 'EUR' });
    thrown(() => stateMigrations({ manifest: '', upcasters }), 'invalid-argument', /manifest/);
  },
};
