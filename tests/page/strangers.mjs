/** Scripts of the same origin that post something else than the protocol's messages. */
import { equal, ok } from '../package/assert.mjs';
import { tryToOpen } from './ground.mjs';

/** Runs in the page: posts nonsense wherever a worker hears, and answers the name of the one that leads. */
async function postNonsense(path) {
  const version = 'actor-journal/1';
  const hall = new BroadcastChannel(`${version} path ${path}`);
  const leader = await new Promise((told) => {
    hall.onmessage = ({ data }) => told(data.leader);
    hall.postMessage('who');
  });
  const channel = new BroadcastChannel(leader);
  const from = { page: 'stranger', life: 1 };
  const nonsense = [
    null, undefined, 0, 'whom', [], {}, [null], new Date(0), { path }, { path: 7, leader: 'a' }, { path, leader: 7 }, { path, written: true },
    { path, answers: null }, { path, answers: [null] }, { path, answers: [{ call: 1 }] }, { path, answers: [{ call: 1, error: null }] },
    { path, answers: [{ call: 1, error: { code: 'io', message: 'a', causes: 7 } }] },
    { from, path }, { from, path, requests: null }, { from, path, requests: [null, 7, 'a', {}] }, { from, path: null, requests: [] },
    { from: null, path, requests: [] }, { from: 7, path, requests: [] }, { from: { page: 7, life: 'a' }, path, requests: [] },
  ];
  for (const message of nonsense) {
    for (const where of [hall, channel]) where.postMessage(message);
    globalThis.latest?.postMessage(message);
  }
  hall.close();
  channel.close();
  return leader;
}

/** Runs in a page: asks the leader as a worker of its own would; answers what it answers to each request. */
async function ask(leader, path, lists) {
  const from = { page: crypto.randomUUID(), life: 1 };
  const name = `actor-journal/1 worker ${from.page} ${from.life}`;
  await new Promise((held) => void navigator.locks.request(name, () => new Promise(() => held())));
  const [to, inbox] = [new BroadcastChannel(leader), new BroadcastChannel(name)];
  const told = [];
  for (const requests of lists) {
    const answered = new Promise((answered) => {
      inbox.onmessage = ({ data }) => told.push(...data.answers) && answered();
    });
    to.postMessage({ from, path, requests });
    await answered;
  }
  return told;
}

/** Runs before a page's own scripts: keeps the worker, and counts the times that one was started. */
function keepWorkers() {
  const Own = globalThis.Worker;
  globalThis.started = 0;
  globalThis.Worker = class extends Own {
    constructor(...args) {
      super(...args);
      globalThis.started++;
      globalThis.latest = this;
    }
  };
}

const kept = { prepare: keepWorkers };

export const strangers = {
  async 'nonsense on the channels is not heard, by the leader, those who follow it and their pages'({ onPage }) {
    await onPage((leader) => onPage((follower) => onPage(async (stranger) => {
      const path = 'nonsense.db';
      equal(await leader.evaluate(tryToOpen, { path, keep: true, append: 0 }), { head: 1 });
      equal(await follower.evaluate(tryToOpen, { path, keep: true, append: 1 }), { head: 2 });
      for (const page of [stranger, leader, follower]) await page.evaluate(postNonsense, path);
      equal(await follower.evaluate(tryToOpen, { path, keep: true, append: 2 }), { head: 3 });
      equal(await leader.evaluate(tryToOpen, { path, keep: true, append: 3 }), { head: 4 });
      const workers = await Promise.all([leader, follower].map((page) => page.evaluate(() => globalThis.started)));
      equal(workers, [1, 1], 'none has died of it');
    }), kept), kept);
  },

  async 'a request that is none is answered with an error, and the leader goes on'({ onPage }) {
    await onPage((page) => onPage(async (stranger) => {
      const path = 'asked-wrong.db';
      equal(await page.evaluate(tryToOpen, { path, keep: true, append: 0 }), { head: 1 });
      const leader = await stranger.evaluate(postNonsense, path);
      const wrong = [
        { call: 1, target: 1, method: 'openJournal', args: [{ path: 7 }] },
        { call: 2, target: 2, method: 'free', args: [] },
        { call: 3 },
        { call: 5, target: 4, method: 'append', args: [{ length: 2 ** 31 }] },
        { call: 6, target: 4, method: 'highestSeq', args: null },
      ];
      const open = { call: 4, target: 4, method: 'openJournal', args: [{ path }] };
      const right = { call: 7, target: 4, method: 'highestSeq', args: ['a'] };
      const answers = await stranger.evaluate(ask, leader, path, [[open], ...[...wrong, right].map((request) => [request])]);
      const codes = Object.fromEntries(answers.map(({ call, value, error }) => [call, error?.code ?? value]));
      const refused = 'invalid-argument';
      equal(codes, { 1: refused, 2: refused, 3: 'closed', 4: undefined, 5: refused, 6: refused, 7: 1 });
      ok((await page.evaluate(tryToOpen, { path, keep: true, append: 1 })).head === 2, 'the leader goes on');
    }));
  },
};
