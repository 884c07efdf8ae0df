/** A durable state that was begun in one place is read and changed in the others. */
import { equal } from '../package/assert.mjs';
import { sqlite3 } from '../package/server/sqlite3.mjs';
import { placed } from './places.mjs';

/** Scenarios for each two places. */
export function states(places) {
  const scenarios = {};
  for (const first of places) {
    for (const next of places) {
      if (next === first) continue;
      scenarios[`a durable state that ${first.name} began is changed in ${next.name}, and back`] = () => goesOn(first, next);
    }
  }
  return scenarios;
}

const LOOK = null;

async function goesOn(first, next) {
  const version = first.oldestVersion;
  const begun = await first.asked('cart', undefined, [{ add: 'book' }, { add: 'Käse' }], version);
  equal(stored(begun.bytes), { revision: 2, state: version === 2 ? '{"items":["book","Käse"]}' : '["book","Käse"]', manifest: 'cart', version });

  const changed = await next.asked('cart', begun.bytes, [LOOK, { add: '😀' }], 2);
  equal(changed.answers, [{ revision: 2, items: ['book', 'Käse'] }, { revision: 3, items: ['book', 'Käse', '😀'] }], `what ${next.name} found`);
  equal(stored(changed.bytes), { revision: 3, state: '{"items":["book","Käse","😀"]}', manifest: 'cart', version: 2 });

  const back = await first.asked('cart', changed.bytes, [LOOK, 'buy'], 2);
  equal(back.answers, [changed.answers.at(-1), { revision: 4, items: [] }], `what ${first.name} found`);
  equal(stored(back.bytes), { revision: 4, state: null, manifest: null, version: null });

  const anew = await next.asked('cart', back.bytes, [LOOK, { add: 'tea' }], 2);
  equal(anew.answers, [{ revision: 4, items: [] }, { revision: 5, items: ['tea'] }], 'revisions go on behind a deletion');
}

/** What a file holds of the cart. */
function stored(bytes) {
  const [row, ...others] = sqlite3(placed(bytes), 'SELECT revision, CAST(state AS TEXT) AS state, manifest, version FROM carts');
  equal(others, []);
  return row;
}
