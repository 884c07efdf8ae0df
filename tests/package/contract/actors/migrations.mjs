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

  async 'an upcaster that gives nothing, or not at once, is refused by name'() {
    for (const wrong of [() => {}, async (older) => older]) {
      const upcasters = [(older) => older, wrong];
      const message = /the upcaster of version 2 of "sum" returns must be a value, at once/;
      const label = { ...stored, manifest: 'sum', version: 1 };
      const events = migrations({ manifestOf: () => 'sum', upcasters: { sum: upcasters } });
      thrown(() => events.fromJournal({ ...label, event: 5 }), 'invalid-argument', message);
      const states = stateMigrations({ manifest: 'sum', upcasters });
      thrown(() => states.fromJournal({ ...label, state: 5 }), 'invalid-argument', message);
    }
  },

  async 'an event without its manifest is no successor'() {
    for (const wrong of [1, undefined, null, { event: 5 }]) {
      const is = /must be an object with a manifest/;
      thrown(() => becomes({ manifest: 'sum', event: 5 }, wrong), 'invalid-argument', new RegExp(`becomes: events\\[1\\] ${is.source}`));
      const adapter = migrations({ manifestOf: () => 'sum', upcasters: { sum: [] }, unnamed: () => wrong });
      thrown(() => adapter.fromJournal({ ...stored, event: 5 }), 'invalid-argument', new RegExp(`unnamed returns ${is.source}`));
    }
  },
};
