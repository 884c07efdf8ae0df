/**
 * What a page may send to its worker, made wrong at random: each request is answered, and the worker
 * lives. The worker's server runs here at the end of a port, on the wasm core in memory.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import process from 'node:process';
import { MessageChannel } from 'node:worker_threads';
import { build } from '../../../pkg/node_modules/esbuild/lib/main.js';
import { equal, ok } from '../assert.mjs';
import { Dice } from '../dice.mjs';
import { folder } from './folder.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const MESSAGES = Number(process.env.ACTOR_JOURNAL_FUZZ ?? 2000);

/** The first handle that is opened is left alone, to ask whether the worker lives. */
const ASKED = 1;

/** The target of what opens a handle. */
const NEW = 0;

/** What takes the place of a value: something of its kind, since the page checks the kinds of all it sends. */
const ALIKE = {
  number: [-1, 0, 1, 2, 9, 0.5, NaN, Infinity, -Infinity, 2 ** 53 - 1, 2 ** 53, -0],
  string: ['', 'a', 'account-1', '\ud800', 'x'.repeat(300), '\0', 'a/b', '..', ':memory:', 'full', 'events'],
  boolean: [true, false],
};

/** What a target, the list of arguments, or anything in it may be instead. */
const NONSENSE = [
  null, undefined, true, -1, 0.5, NaN, 10n, '', 'a', [], {}, [null], new Date(0), new Map([['a', 1]]),
  { length: 2 ** 31 }, { length: -1 }, new Float64Array(2), new ArrayBuffer(8), [1, 2, 3],
];

/** What is called that nobody serves, or not by this name. */
const METHODS = ['openJournal', 'append', 'constructor', 'toString', 'hasOwnProperty', '__proto__', 'then', 'free', 'close', '', 7, null];

/** The server's own source, bundled: the worker that ships holds nothing else that can be called. */
async function serverClass() {
  const outfile = join(folder, 'server.mjs');
  await build({ entryPoints: [join(ROOT, 'pkg/src/server.ts')], outfile, bundle: true, format: 'esm', logLevel: 'warning' });
  return (await import(pathToFileURL(outfile))).Server;
}

async function core() {
  const glue = await import('../../../pkg/dist/wasm/actor_journal.js');
  await glue.default({ module_or_path: await readFile(join(ROOT, 'pkg/dist/wasm/actor_journal_bg.wasm')) });
  const { openJournal, openSnapshots, openDurableStates } = glue;
  return { openJournal, openSnapshots, openDurableStates };
}

/** Serves a binding at the end of a port; answers the page at its other end. */
async function served(binding) {
  const { port1, port2 } = new MessageChannel();
  const Server = await serverClass();
  const server = new Server(binding, (answers) => port1.postMessage(answers));
  port1.on('message', (requests) => server.take(requests));
  return new Page(port2);
}

/** The page's end of a port that is served. */
class Page {
  #port;
  #calls = 0;
  #waiting = new Map();

  constructor(port) {
    this.#port = port;
    port.on('message', (answers) => answers.forEach((answer) => this.#hear(answer)));
  }

  /** Sends requests as one message, and waits for the answer of each. What is to be opened gets its call's number. */
  send(requests) {
    const numbered = requests.map((request) => this.#numbered(request));
    const answers = numbered.map(({ call }) => new Promise((answer) => this.#waiting.set(call, answer)));
    this.#port.postMessage(numbered);
    return Promise.all(answers);
  }

  close() {
    this.#port.close();
  }

  #numbered(request) {
    const call = ++this.#calls;
    return { ...request, call, target: request.target === NEW ? call : request.target };
  }

  #hear({ call, ...answer }) {
    this.#waiting.get(call)({ call, ...answer });
    this.#waiting.delete(call);
  }
}

/** What opens a handle of each kind. */
const OPENINGS = [
  { target: NEW, method: 'openJournal', args: [{ path: ':memory:', eventsTable: 'orders', wal: true, busyTimeoutMs: 5, synchronous: 'full' }] },
  { target: NEW, method: 'openSnapshots', args: [{ path: ':memory:', keepN: 2 }] },
  { target: NEW, method: 'openDurableStates', args: [{ path: ':memory:' }] },
];

/** Requests as the package makes them. */
function requests(packed, [journal, snapshots, states]) {
  const bytes = new Uint8Array(16);
  return [
    ...OPENINGS,
    { target: journal, method: 'append', args: [packed] },
    { target: journal, method: 'replayPage', args: ['account-1', 1, 9, 100, false] },
    { target: journal, method: 'eventsPage', args: [{ all: ['money'], any: [], not: [] }, 0, 9, 100] },
    { target: journal, method: 'liveReplayPage', args: ['account-1', 1, 9, false, 1] },
    { target: journal, method: 'liveEventsPage', args: [{ all: ['money'], any: [], not: [] }, 9, 2] },
    { target: journal, method: 'endLive', args: [2] },
    { target: journal, method: 'highestSeq', args: ['account-1'] },
    { target: journal, method: 'delete', args: ['account-1', 1] },
    { target: journal, method: 'persistenceIds', args: [undefined, 10] },
    { target: snapshots, method: 'save', args: ['a', 1, bytes, { manifest: 'm', version: 2 }] },
    { target: snapshots, method: 'load', args: ['a', { minSeq: 1 }] },
    { target: states, method: 'load', args: ['a'] },
    { target: states, method: 'change', args: ['a', 0, bytes, {}, bytes] },
  ];
}

/** A request with one thing wrong, or more. */
function wrong(request, dice) {
  const made = structuredClone(request);
  const any = (values) => values[dice.below(values.length)];
  for (let changes = 1 + dice.below(3); changes > 0; changes--) {
    dice.pick([
      [2, () => (made.method = any(METHODS))],
      [2, () => (made.target = dice.below(4) === 0 ? structuredClone(any(NONSENSE)) : request.target + dice.below(5) - 1)],
      [1, () => (made.args = structuredClone(any(NONSENSE)))],
      [1, () => delete made[any(['method', 'target', 'args'])]],
      [9, () => (made.args = spoiled(made.args, dice))],
    ])();
  }
  // The handle that is asked must stay as it is.
  return made.target === ASKED ? { ...made, target: 2 } : made;
}

/** A value with something in it that is another, of its kind or not. */
function spoiled(value, dice) {
  if (dice.below(6) === 0) return structuredClone(NONSENSE[dice.below(NONSENSE.length)]);
  const alike = ALIKE[typeof value];
  if (alike) return alike[dice.below(alike.length)];
  if (value instanceof Uint8Array) return value.with(dice.below(value.length || 1), dice.below(256)).slice(0, dice.below(8) === 0 ? 7 : undefined);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 0) return value;
  const key = keys[dice.below(keys.length)];
  return Object.assign(structuredClone(value), { [key]: spoiled(value[key], dice) });
}

export const messages = {
  async 'whatever is sent is answered, and the worker lives'() {
    const page = await served(await core());
    const [opened] = await page.send([{ target: NEW, method: 'openJournal', args: [{ path: ':memory:' }] }]);
    equal(opened, { call: ASKED, value: undefined });
    const packed = new Uint8Array(await readFile(join(ROOT, 'fuzz/corpus/chunk/appends')));
    const [dice, codes] = [new Dice(1), new Set()];
    for (let sent = 0; sent < MESSAGES; ) {
      const handles = (await page.send(OPENINGS)).map(({ call }) => call);
      const some = Array.from({ length: 1 + dice.below(20) }, () => dice.pick(requests(packed, handles).map((request) => [1, request])));
      const made = some.map((request) => (dice.below(4) === 0 ? request : wrong(request, dice)));
      // Whatever waits for events is let go where its handle is closed.
      const opened = Array.from({ length: handles.length + made.length }, (_, i) => handles[0] + i);
      const answers = await page.send([...made, ...opened.map((target) => ({ target, method: 'close', args: [] }))]);
      sent += made.length;
      answers.forEach(({ error }, i) => {
        codes.add(error?.code ?? 'answered');
        ok(error?.code !== 'internal', `${made[i]?.method}: ${error?.message}`);
      });
      const [alive] = await page.send([{ target: ASKED, method: 'highestSeq', args: ['a'] }]);
      equal(alive.value, 0);
    }
    ok(['answered', 'invalid-argument'].every((code) => codes.has(code)), [...codes].join());
    page.close();
  },

  async 'a value of another kind than a method takes is refused, and what is served stays as it was'() {
    const page = await served(await core());
    const handles = (await page.send(OPENINGS)).map(({ call }) => call);
    const packed = new Uint8Array(await readFile(join(ROOT, 'fuzz/corpus/chunk/appends')));
    for (const { target, method, args } of requests(packed, handles)) {
      const lists = [null, 7, 'list', [...args, 1], ...args.flatMap((_, at) => [args.with(at, 10n), args.with(at, [null])])];
      const answers = await page.send(lists.map((list) => ({ target, method, args: list })));
      for (const { error } of answers) {
        equal(error?.code, 'invalid-argument', `${method}: ${error?.message}`);
        ok(error.message.includes(method), error.message);
      }
    }
    const [{ value }] = await page.send([{ target: handles[2], method: 'load', args: ['a'] }]);
    equal(value.sequenceNr, 0);
    for (const method of ['constructor', 'free', '__destroy_into_raw', 'toString', null, {}]) {
      const [{ error }] = await page.send([{ target: handles[0], method, args: [] }]);
      equal(error.code, 'invalid-argument', String(method));
    }
    page.close();
  },

  async 'a handle that is being opened holds up its own calls alone, and they keep their order'() {
    const real = await core();
    let letOpen;
    const held = new Promise((open) => (letOpen = open));
    const page = await served({ ...real, openDurableStates: (options) => held.then(() => real.openDurableStates(options)) });
    const [{ call: journal }] = await page.send([OPENINGS[0]]);
    const states = journal + 1;
    const change = (revision) => ({ target: states, method: 'change', args: ['a', revision, new Uint8Array(1), {}, new Uint8Array(16).fill(revision)] });
    const changes = Array.from({ length: 20 }, (_, revision) => change(revision));
    const behind = page.send([OPENINGS[2], ...changes, { target: states, method: 'load', args: ['a'] }]);
    const [{ value: head }] = await page.send([{ target: journal, method: 'highestSeq', args: ['a'] }]);
    equal(head, 0, 'another handle answers');
    letOpen();
    const [, ...answers] = await behind;
    equal(answers.slice(0, -1).map(({ value }) => value), changes.map((_, before) => before + 1));
    equal(answers.at(-1).value.sequenceNr, 20);
    page.close();
  },
};
