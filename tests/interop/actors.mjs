/** An actor that was begun in one place goes on in the others, in the state that it had. */
import { equal } from '../package/assert.mjs';
import { sqlite3 } from '../package/server/sqlite3.mjs';
import { placed } from './places.mjs';

/** Scenarios for each two places. */
export function actors(places) {
  const scenarios = {};
  for (const first of places) {
    for (const next of places) {
      if (next === first) continue;
      scenarios[`an actor that ${first.name} began goes on in ${next.name}, and back`] = () => goesOn(first, next);
    }
  }
  return scenarios;
}

const LOOK = null;

/** A snapshot is saved behind the third and covers the first three. */
const BEGINNING = [
  { deposited: 100, currency: 'EUR' },
  { withdrawn: 30, currency: 'EUR' },
  { deposited: 5, currency: 'EUR' },
  { deposited: 7, currency: 'EUR' },
  { withdrawn: 2, currency: 'EUR' },
];

async function goesOn(first, next) {
  const version = first.oldestVersion;
  const begun = await first.asked('account', undefined, BEGINNING, version);
  equal(stored(begun.bytes), { events: [row(4, 'deposited', version), row(5, 'withdrawn', version)], snapshots: [{ seq: 3, manifest: 'account', version }] });
  const { answers } = await first.asked('account', begun.bytes, [LOOK], 2);
  equal(answers, [{ EUR: 80 }]);

  const deposit = { deposited: 4, currency: 'CHF' };
  const continued = await next.asked('account', begun.bytes, [LOOK, deposit, { withdrawn: 10, currency: 'EUR' }], 2);
  equal(continued.answers, [...answers, { EUR: 80, CHF: 4 }, { EUR: 70, CHF: 4 }], `what ${next.name} answered`);
  equal(stored(continued.bytes), { events: [row(7, 'withdrawn', 2)], snapshots: [{ seq: 6, manifest: 'account', version: 2 }] });

  const back = await first.asked('account', continued.bytes, [LOOK, { withdrawn: 1, currency: 'CHF' }], 2);
  equal(back.answers, [continued.answers.at(-1), { EUR: 70, CHF: 3 }], `what ${first.name} answered`);
}

const row = (seq, manifest, version) => ({ seq, tags: `money ${manifest}`, manifest, version });

/** What a file holds of the actor. */
function stored(bytes) {
  const path = placed(bytes);
  return {
    events: sqlite3(path, 'SELECT seq, tags, manifest, version FROM events'),
    snapshots: sqlite3(path, 'SELECT seq, manifest, version FROM snapshots'),
  };
}
