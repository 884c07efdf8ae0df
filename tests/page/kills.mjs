/** Tabs and workers that are ended at random moments with appends under way, over and over. */
import process from 'node:process';
import { Dice } from '../package/dice.mjs';
import { Account } from './tab.mjs';

/** How often in each way. */
const KILLS = Number(process.env.TAB_KILLS ?? 40);

/** Two tabs that append. The elder, which leads, is ended; `next` makes of it the one that follows. */
async function killing(on, name, next) {
  const dice = new Dice(KILLS);
  const account = await Account.open(on, `${name}.db`);
  const tabs = [await account.tab(['shared', 'one']), await account.tab(['shared', 'two'])];
  for (let kill = 0; kill < KILLS; kill++) {
    const leader = tabs.shift();
    await leader.more(1 + dice.below(10));
    tabs.push(await next(leader, account));
  }
  for (const tab of tabs) await tab.stop();
  await account.close();
}

export const kills = {
  async 'tabs that are closed at random moments take nothing that was answered'(on) {
    await killing(on, 'closing', async (leader, account) => {
      await leader.close();
      return account.tab(['shared', 'one', 'two']);
    });
  },

  async 'tabs that are reloaded at random moments take nothing that was answered'(on) {
    await killing(on, 'reloading', async (leader) => {
      await leader.reload();
      return leader;
    });
  },
};
