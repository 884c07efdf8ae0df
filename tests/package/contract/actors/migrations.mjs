/** What adapters refuse of the program that made them. */
import { becomes, migrations, retired, stateMigrations, withDefaults } from '../../actor-journal.mjs';
import { equal, thrown } from '../../assert.mjs';

const stored = { persistenceId: 'sum', sequenceNr: 1, timestamp: 0 };

/** Reads an event of version 1 of `moved`, which becomes another, and one without a manifest. */
function readers(version) {
  const next = { manifest: 'deposited', version, event: { cents: 5 } };
  const upcasters = { moved: [() => becomes(next)], deposited: [withDefaults({ currency: 'EUR' })] };
  const adapter = migrations({ manifestOf: ({ kind }) => kind, upcasters, unnamed: () => next });
  return [{ manifest: 'moved', version: 1 }, {}].map((label) => () => adapter.fromJournal({ ...stored, ...label, event: {} }));
}

export const adapters = {
  async 'a version that is none is refused, wherever an event gets it'() {
    for (const version of [0, -1, 1.5, '1']) {
      for (const read of readers(version)) thrown(read, 'invalid-argument', /the version of "deposited"/);
    }
    for (const read of readers(1)) equal(read(), [{ currency: 'EUR', cents: 5 }]);
  },

  async 'an event that becomes itself is refused'() {
    const next = (manifest, version) => () => becomes({ manifest, version, event: 5 });
    const upcasters = { ping: [next('pong', 1)], pong: [(event) => event, next('ping')] };
    const adapter = migrations({ manifestOf: () => 'ping', upcasters });
    const read = (version) => adapter.fromJournal({ ...stored, manifest: 'pong', version, event: 5 });
    thrown(() => read(1), 'invalid-argument', /seq 1 of "sum" becomes version 1 of "pong" again/);
    equal(read(3), [5]);
  },

  async 'a state becomes no events'() {
    for (const upcaster of [retired, (state) => becomes({ manifest: 'sum', event: state })]) {
      const adapter = stateMigrations({ manifest: 'sum', upcasters: [upcaster, (state) => state] });
      const read = () => adapter.fromJournal({ ...stored, manifest: 'sum', version: 1, state: 5 });
      thrown(read, 'invalid-argument', /for events/);
    }
  },
};
