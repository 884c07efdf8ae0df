/** Several tabs on one database, of which the leader goes. */
import process from 'node:process';
import { equal, ok } from '../package/assert.mjs';
import { Account, median } from './tab.mjs';

/** How often each way to go is tried. */
const TIMES = Number(process.env.TAB_TIMES ?? 3);

/** A leader, which goes, and a follower that goes on. Prints how long it waited. */
async function takeovers(on, name, go) {
  const account = await Account.open(on, `${name}.db`);
  const pauses = [];
  for (let i = 0; i < TIMES; i++) {
    const leader = await account.tab(['shared', `leader-${i}`]);
    const follower = await account.tab(['shared', `follower-${i}`]);
    await follower.more(10);
    await follower.longestPause();
    const back = await go(leader);
    await follower.more(10);
    pauses.push(await follower.longestPause());
    await back?.();
    await follower.stop();
  }
  await account.close();
  console.log(`takeover when the leader ${name}: ${Math.round(median(pauses))} ms in the median of ${pauses.map(Math.round)}`);
}

export const tabs = {
  async 'four tabs append to the same streams and to their own'(on) {
    const account = await Account.open(on, 'four.db');
    const tabs = await Promise.all([1, 2, 3, 4].map((n) => account.tab(['shared', `own-${n}`])));
    await Promise.all(tabs.map((tab) => tab.more(50)));
    await Promise.all(tabs.map((tab) => tab.stop()));
    ok((await account.close()).stored >= 200, 'events of all of them');
  },

  async 'the leader is closed while others append'(on) {
    await takeovers(on, 'is closed', (leader) => leader.close());
  },

  async 'the leader ends in good order while others append'(on) {
    await takeovers(on, 'has closed its journal', (leader) => leader.stop());
  },

  async 'the leader is reloaded while others append'(on) {
    await takeovers(on, 'is reloaded', async (leader) => {
      await leader.reload();
      return () => leader.stop();
    });
  },

  async 'the leader goes elsewhere and comes back while others append'(on) {
    await takeovers(on, 'goes elsewhere', async (leader) => {
      await leader.leave();
      return async () => {
        await leader.comeBack();
        await leader.stop();
      };
    });
  },
};

/** What Chromium alone can be made to do. Firefox keeps no page whose worker has had a lock. */
export const tabsOfChromium = {
  async 'a page that was kept while it was elsewhere goes on where it was'(on) {
    const account = await Account.open(on, 'kept.db');
    const kept = await account.tab(['shared', 'kept']);
    const other = await account.tab(['shared', 'other']);
    for (let i = 0; i < TIMES; i++) {
      await kept.leave();
      await other.more(5);
      ok(await kept.comeBack(), 'the browser has kept the page');
      await other.more(5);
    }
    await kept.stop();
    await other.stop();
    await account.close();
  },

  async 'the leader crashes while others append'(on) {
    await takeovers(on, 'crashes', (leader) => leader.crash());
  },

  async 'the leader freezes while others append'(on) {
    await takeovers(on, 'freezes', async (leader) => {
      await leader.freeze();
      return async () => {
        await leader.thaw();
        await leader.stop();
      };
    });
  },
};
