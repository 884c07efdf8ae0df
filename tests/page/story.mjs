/** Four tabs append at random, while all that may happen to a tab happens to them. */
import process from 'node:process';
import { Dice } from '../package/dice.mjs';
import { Account } from './tab.mjs';

const TABS = 4;
const STEPS = 16;

/** How many stories are told, each from its own seed. Twenty take about two minutes. */
const STORIES = Number(process.env.TAB_STORIES ?? 1);

/** What may happen to a tab in each state, how likely, and the state it is in then. */
const EVENTS = {
  writing: [
    [4, ['goOn', 'writing']],
    [2, ['replace', 'writing']],
    [2, ['reload', 'writing']],
    [2, ['leave', 'away']],
  ],
  away: [[1, ['comeBack', 'writing']]],
};

/** As Chromium can be made to do in addition. */
const EVENTS_OF_CHROMIUM = {
  ...EVENTS,
  writing: [...EVENTS.writing, [2, ['crash', 'writing']], [2, ['freeze', 'frozen']]],
  frozen: [[1, ['thaw', 'writing']]],
};

class Story {
  #account;
  #dice;
  #events;
  #tabs = [];

  constructor(account, dice, events) {
    this.#account = account;
    this.#dice = dice;
    this.#events = events;
  }

  async tell() {
    for (let n = 0; n < TABS; n++) this.#tabs.push({ tab: await this.#newTab(), state: 'writing' });
    for (let step = 0; step < STEPS; step++) await this.#happen(this.#tabs[this.#dice.below(TABS)]);
    for (const slot of this.#tabs) if (slot.state !== 'writing') await this.#happen(slot);
    for (const { tab } of this.#tabs) await tab.stop();
  }

  async #happen(slot) {
    const [what, state] = this.#dice.pick(this.#events[slot.state]);
    slot.state = state;
    if (what === 'goOn') return slot.tab.more(1 + this.#dice.below(20));
    if (what !== 'replace' && what !== 'crash') return slot.tab[what]();
    await (what === 'crash' ? slot.tab.crash() : slot.tab.close());
    slot.tab = await this.#newTab();
  }

  #newTab() {
    return this.#account.tab(['shared', `one-of-${this.#dice.below(6)}`, `one-of-${this.#dice.below(6)}`]);
  }
}

function told(seed, events) {
  return async (on) => {
    const account = await Account.open(on, `story-${seed}.db`);
    await new Story(account, new Dice(seed), events).tell();
    const { answered, stored } = await account.close();
    console.log(`story ${seed}: ${answered} answered of ${stored} stored events`);
  };
}

/** Stories that this browser can tell. */
export function stories(kind) {
  const events = kind === 'chromium' ? EVENTS_OF_CHROMIUM : EVENTS;
  const seeds = Array.from({ length: STORIES }, (_, i) => i + 1);
  return Object.fromEntries(seeds.map((seed) => [`nothing answered is lost or doubled in story ${seed}`, told(seed, events)]));
}
