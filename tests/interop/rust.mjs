/** Rust programs, `examples/deposit.rs`, `account.rs`, `cart.rs` and `mails.rs`, go on with the files of the other places. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { equal, ok } from '../package/assert.mjs';
import { placed } from './places.mjs';

/** A place whose programs know the second version alone. */
export const rust = {
  name: 'a Rust program',
  oldestVersion: 2,
  async asked(program, bytes, commands) {
    const path = placed(bytes);
    const answers = answered(`interop-${program}`, path, JSON.stringify(commands));
    return { bytes: readFileSync(path), answers };
  },
};

/** Scenarios for each place with the Rust program. */
export function withRust(places) {
  const scenarios = {};
  for (const place of places) {
    scenarios[`what ${place.name} wrote is continued by a Rust program, and back`] = () => continues(place);
    scenarios[`what a Rust program wrote is told and continued by ${place.name}`] = () => begins(place);
  }
  return scenarios;
}

/** What the Rust program says its event is. */
const DEPOSITED = 'deposited version 1';

function deposit(path, amount) {
  return answered('deposit', path, 'konto-Zoë', String(amount));
}

function answered(example, ...options) {
  const command = ['run', '--quiet', '--example', example, '--', ...options];
  return JSON.parse(execFileSync('cargo', command, { encoding: 'utf8' }));
}

async function continues(place) {
  const path = placed(await place.written());
  const greeted = 'greeted Zoë version 3';
  equal(deposit(path, 7), { head: 604, events: 603, balance: 7, manifests: [greeted, DEPOSITED] });
  const story = await place.told(readFileSync(path));
  ok(story.includes('{"deposited":7}'), `${place.name} finds the deposit`);
  ok(story.includes('"manifest":"deposited","version":1'), `${place.name} finds its manifest`);
}

async function begins(place) {
  const path = placed();
  deposit(path, 3);
  equal(deposit(path, 4), { head: 2, events: 2, balance: 7, manifests: [DEPOSITED, DEPOSITED] });
  const story = await place.told(readFileSync(path));
  ok(story.includes('{"deposited":3}') && story.includes('{"deposited":4}'), `${place.name} finds both`);
  const continued = placed(await place.written(readFileSync(path)));
  // The story's own deposits came behind the two, and compaction took the first of them.
  const { head, events, balance } = deposit(continued, 1);
  equal({ head, events, balance }, { head: 606, events: 603, balance: 1 });
}
