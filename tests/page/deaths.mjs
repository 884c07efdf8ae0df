/** What those are told whose worker dies, and that they can go on. */
import { equal, ok } from '../package/assert.mjs';
import { tryToOpen } from './ground.mjs';

export const deaths = {
  async 'a worker that dies of an append, while another gathers behind it'({ onPage }) {
    await onPage(async (page) => {
      const { first, second, others, seqs } = await page.evaluate(async () => {
        const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
        const driver = opfsDriver({ workerUrl: '/tests/page/workers/mortal.mjs' });
        const journal = new SqliteJournal({ path: 'mortal.db', driver, busyTimeoutMs: 60_000 });
        await journal.append('a', [{ event: 'before' }], 0);
        const told = (call) => call.then(() => 'answered', ({ code, message, token }) => ({ code, message, token }));
        const sent = told(journal.append('a', [{ event: 'deadly' }], 1));
        const gathered = told(Promise.resolve().then(() => journal.append('b', [{ event: 'gathered' }], 0)));
        const first = await sent;
        // Opens anew before the one that has gathered is told.
        const again = journal.append('a', [{ event: 'after' }], 1);
        const second = await gathered;
        const others = [await journal.highestSeq('a'), await journal.highestSeq('b')];
        const seqs = (await again).map(({ sequenceNr }) => sequenceNr);
        await journal.close();
        return { first, second, others, seqs };
      });
      equal(first.code, 'lost');
      ok(/mortal\.mjs failed.*deadly/.test(first.message) && first.token, JSON.stringify(first));
      equal(second.code, 'storage-unavailable', 'surely not stored');
      ok(/append: .*mortal\.mjs failed/.test(second.message), second.message);
      equal([others, seqs], [[2, 0], [2]]);
      equal(await page.evaluate(tryToOpen, { path: 'mortal.db', options: { busyTimeoutMs: 0 } }), { head: 2 }, 'nobody has it open');
    });
  },
};
