/** Projections that tabs run together, of which the leader goes, over and over. */
import process from 'node:process';
import { Dice } from '../package/dice.mjs';
import { equal, ok } from '../package/assert.mjs';

/** How often the leader goes. */
const KILLS = Number(process.env.TAB_KILLS ?? 20);

/** Runs in the page: appends to a stream of its own, and runs both projections. */
async function project({ path, stream }) {
  const [{ SqliteJournal }, { sums }, { Totals }] = await Promise.all(
    ['/pkg/browser.js', '/tests/package/sums.mjs', '/tests/package/totals.mjs'].map((file) => import(file)),
  );
  const journal = new SqliteJournal({ path });
  const projections = [new Totals(journal), sums(journal)];
  const failures = [];
  let isOver = false;
  let appended = 0;
  const write = async () => {
    for (let head = await journal.highestSeq(stream); !isOver; head++) {
      await journal.append(stream, [{ event: head % 100 }], head);
      appended++;
    }
  };
  const failed = (error) => void failures.push(`${error.code}: ${error.message}`);
  const writing = write().catch(failed);
  const running = projections.map((projection) => projection.run().catch(failed));
  Object.assign(globalThis, {
    journal,
    projections,
    more: async (count) => {
      for (const until = appended + count; appended < until && failures.length === 0; ) await journal.highestSeq(stream);
    },
    stop: async () => {
      isOver = true;
      await writing;
      await Promise.all(projections.map((projection) => projection.close()));
      await Promise.all(running);
      return failures;
    },
  });
  await globalThis.more(2);
}

/** Runs in the page: what both views hold when they have caught up, and what a plain fold gives. */
async function compared(path) {
  const [{ SqliteJournal }, { sums }, { folded, Totals, totals }] = await Promise.all(
    ['/pkg/browser.js', '/tests/package/sums.mjs', '/tests/package/totals.mjs'].map((file) => import(file)),
  );
  const journal = new SqliteJournal({ path });
  const [tables, values] = [new Totals(journal), sums(journal)];
  await tables.catchUp();
  await values.catchUp();
  const kept = {};
  for await (const [id, { sum }] of values.entries()) kept[id] = sum;
  const found = { tables: await totals(tables), values: kept, folded: await folded(journal) };
  await journal.close();
  return found;
}

export const projecting = {
  async 'projections are a plain fold of the events, however often the leader goes'({ browser, blank }) {
    const dice = new Dice(KILLS);
    const path = 'projecting.db';
    let opened = 0;
    const open = async () => {
      const tab = await browser.newPage();
      await tab.goto(blank);
      await tab.evaluate(project, { path, stream: `stream-${opened++}` });
      return tab;
    };
    const tabs = [await open(), await open()];
    for (let kill = 0; kill < KILLS; kill++) {
      const leader = tabs.shift();
      await leader.evaluate((count) => globalThis.more(count), 1 + dice.below(10));
      await leader.close();
      tabs.push(await open());
    }
    for (const tab of tabs) equal(await tab.evaluate(() => globalThis.stop()), [], 'what failed');
    const { tables, values, folded } = await tabs[0].evaluate(compared, path);
    ok(Object.keys(folded).length > KILLS, 'streams of all tabs');
    equal([tables, values], [folded, folded]);
    for (const tab of tabs) await tab.close();
  },
};
