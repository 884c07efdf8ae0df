/** How calls cross to the worker and answers come back. */
import { equal, ok } from '../package/assert.mjs';

/** Runs before a page's own scripts: keeps what is posted to workers, and what they post. */
function watchMessages() {
  const { postMessage } = Worker.prototype;
  globalThis.sent = [];
  globalThis.received = [];
  Worker.prototype.postMessage = function (message, ...rest) {
    globalThis.sent.push(message);
    return postMessage.call(this, message, ...rest);
  };
  const { addEventListener } = Worker.prototype;
  Worker.prototype.addEventListener = function (type, listener, ...rest) {
    if (type === 'message' && globalThis.received.worker !== this) {
      globalThis.received.worker = this;
      addEventListener.call(this, type, ({ data }) => globalThis.received.push(data));
    }
    return addEventListener.call(this, type, listener, ...rest);
  };
}

/** Runs in the page: how many calls and answers were in each message while `use` ran. */
async function sizes(use) {
  const { sent, received } = globalThis;
  sent.length = received.length = 0;
  await use();
  const lists = (messages, name) => messages.flatMap((message) => message[name]?.length ?? []);
  return { calls: lists(sent, 'requests'), answers: lists(received, 'answers') };
}

const watched = { prepare: watchMessages };

export const messages = {
  async 'what actors ask for in one turn crosses as one message, and so do the answers'({ onPage }) {
    await onPage(async (page) => {
      await page.evaluate(`globalThis.sizes = ${sizes}`);
      const { calls, answers } = await page.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const journal = new SqliteJournal({ path: 'asked.db' });
        await journal.highestSeq('a');
        const ids = Array.from({ length: 64 }, (_, i) => `id-${i}`);
        const found = await globalThis.sizes(() => Promise.all(ids.map((id) => journal.highestSeq(id))));
        await journal.close();
        return found;
      });
      equal(calls, [64]);
      ok(answers.length < 8, `64 answers came in ${answers.length} messages`);
    }, watched);
  },

  async 'what actors append in one turn crosses as one call, and so do the answers'({ onPage }) {
    await onPage(async (page) => {
      await page.evaluate(`globalThis.sizes = ${sizes}`);
      const { first, second, heads } = await page.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const journal = new SqliteJournal({ path: 'turns.db' });
        await journal.highestSeq('a');
        const ids = Array.from({ length: 64 }, (_, i) => `id-${i}`);
        const append = (head) => Promise.all(ids.map((id) => journal.append(id, [{ event: id }], head)));
        const first = await globalThis.sizes(() => append(0));
        const goingOn = async (id) => {
          const [{ sequenceNr }] = await journal.append(id, [{ event: 2 }], 1);
          await journal.append(id, [{ event: 3 }], sequenceNr);
        };
        const second = await globalThis.sizes(() => Promise.all(ids.map(goingOn)));
        const heads = await Promise.all(ids.map((id) => journal.highestSeq(id)));
        await journal.close();
        return { first, second, heads };
      });
      equal(first, { calls: [1], answers: [1] });
      equal(second, { calls: [1, 1], answers: [1, 1] }, 'those that go on when their answers came');
      equal(heads, heads.map(() => 3));
    }, watched);
  },

  async 'a lone call crosses in the turn in which it is made'({ onPage }) {
    await onPage(async (page) => {
      const posted = await page.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const journal = new SqliteJournal({ path: 'lone.db' });
        await journal.highestSeq('a');
        const before = globalThis.sent.length;
        const { port1, port2 } = new MessageChannel();
        const nextTurn = new Promise((next) => (port1.onmessage = next));
        const head = journal.highestSeq('a');
        port2.postMessage('next');
        await nextTurn;
        const posted = globalThis.sent.length - before;
        await head;
        await journal.close();
        return posted;
      });
      equal(posted, 1);
    }, watched);
  },

  async 'ten thousand calls at once keep their order'({ onPage }) {
    await onPage(async (page) => {
      const heads = await page.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const journal = new SqliteJournal({ path: 'many.db' });
        const heads = await Promise.all(
          Array.from({ length: 5000 }, (_, head) => {
            journal.append('a', [{ event: head }], head).catch(() => undefined);
            return journal.highestSeq('a');
          }),
        );
        await journal.close();
        return heads;
      });
      // Each append found the head that it expects, and each read what was called before it.
      equal(heads.findIndex((head, before) => head <= before || head > 5000), -1);
    });
  },

  async 'a call that cannot be sent fails alone'({ onPage }) {
    await onPage(async (page) => {
      const outcomes = await page.evaluate(async () => {
        const { opfsDriver } = await import('/pkg/browser.js');
        const binding = await opfsDriver().binding('unsent.db');
        const options = { path: 'unsent.db' };
        const open = await binding.openJournal(options);
        const calls = [
          open.highestSeq('a'),
          open.highestSeq(() => 'no data'),
          binding.openJournal({ ...options, wal: () => true }),
          open.highestSeq('b'),
        ];
        const outcomes = (await Promise.allSettled(calls)).map(({ value, reason }) => value ?? reason.name);
        await open.close();
        return outcomes;
      });
      equal(outcomes, [0, 'DataCloneError', 'DataCloneError', 0]);
    });
  },

  async 'a change whose answer went with the worker is answered by the next worker, and made once'({ onPage }) {
    await onPage(async (page) => {
      const found = await page.evaluate(async () => {
        const { opfsDriver, SqliteDurableStateStore } = await import('/pkg/browser.js');
        const driver = opfsDriver({ workerUrl: '/tests/page/workers/dying.mjs' });
        const store = new SqliteDurableStateStore({ path: 'dying.db', driver, busyTimeoutMs: 30_000 });
        await store.load('a');
        const channel = new BroadcastChannel('dying');
        await new Promise((told) => {
          channel.onmessage = told;
          channel.postMessage('die');
        });
        const answered = await store.save('a', 0, 'kept');
        const { revision, state } = await store.load('a');
        await store.close();
        return { answered, revision, state };
      });
      equal(found, { answered: 1, revision: 1, state: 'kept' });
    });
  },
};
