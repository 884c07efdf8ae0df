/** Restores whose worker dies. */
import { equal, ok } from '../package/assert.mjs';
import { keepWorkers } from './deaths.mjs';

/**
 * Runs in the page: restores a database of three events from a copy of fifty, of which so much has come
 * when the worker begins to keep its answers to itself, and then is ended. Answers how that failed, and
 * how many events there are.
 */
async function restoreFromDying({ path, part }) {
  const { opfsDriver, restore, SqliteJournal } = await import('/pkg/browser.js');
  const driver = opfsDriver({ workerUrl: '/tests/page/workers/hushed.mjs' });
  const filled = async (path, count) => {
    const journal = new SqliteJournal({ path, driver });
    await journal.append('a', Array.from({ length: count }, (_, n) => ({ event: n })), 0);
    return journal;
  };
  const from = await filled(`copy of ${path}`, 50);
  const bytes = new Uint8Array(await new Response(from.backup()).arrayBuffer());
  await from.close();
  await (await filled(path, 3)).close();
  const hushed = async () => {
    const channel = new BroadcastChannel('hush');
    await new Promise((told) => {
      channel.onmessage = told;
      channel.postMessage('hush');
    });
    channel.close();
  };
  const first = bytes.slice(0, part * bytes.length);
  const pieces = async function* () {
    yield first;
    await hushed();
    if (first.length < bytes.length) yield bytes.slice(first.length);
  };
  const source = pieces();
  const pull = async (controller) => {
    const { value, done } = await source.next();
    if (done) controller.close();
    else controller.enqueue(value);
    // Behind what is sent of it.
    if (done || value !== first) setTimeout(() => globalThis.latest.terminate());
  };
  const stream = new ReadableStream({ pull }, { highWaterMark: 0 });
  const { code, message } = await restore(path, stream, { driver }).catch((error) => error);
  const journal = new SqliteJournal({ path, driver });
  const head = await journal.highestSeq('a');
  await journal.close();
  return { code, message, head };
}

export const restores = {
  async 'a restore whose worker dies before all has come is begun again by its caller'({ onPage }) {
    await onPage(async (page) => {
      const { code, message, head } = await page.evaluate(restoreFromDying, { path: 'half.db', part: 0.5 });
      equal([code, head], ['closed', 3], message);
    }, { prepare: keepWorkers });
  },

  async 'a restore whose worker dies when all has come is lost, and no good copy is called damaged'({ onPage }) {
    await onPage(async (page) => {
      const { code, message, head } = await page.evaluate(restoreFromDying, { path: 'whole.db', part: 1 });
      equal(code, 'lost', message);
      ok(head === 3 || head === 50, `${head} events`);
    }, { prepare: keepWorkers });
  },
};
