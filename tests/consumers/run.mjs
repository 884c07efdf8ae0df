/** The packed package in projects of its users, each with a fresh installation of the tarball. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { equal, ok } from '../package/assert.mjs';
import { Run } from '../package/harness.mjs';
import { withBrowser, withPage } from '../page/browser.mjs';
import { Site } from '../page/site.mjs';
import { output, react, signals, tool, typesOfReact, Workshop, xstate } from './project.mjs';

const run = new Run(console.log, process.argv[2]);
const workshop = new Workshop();

const packing = {
  async 'the tarball holds what is needed and nothing else'() {
    const { files } = await workshop.packed();
    for (const needed of ['package.json', 'dist/index.d.ts', 'dist/browser.js', 'dist/node.js', 'dist/worker.js', 'dist/xstate.js', 'dist/live.js', 'dist/react.js', 'dist/live/index.d.ts', 'dist/react/index.d.ts', 'dist/inspector.js', 'dist/inspector/index.d.ts', 'dist/xstate/index.d.ts', 'dist/wasm/actor_journal_bg.wasm']) {
      ok(files.includes(needed), `${needed} is missing`);
    }
    ok(files.some((file) => file.endsWith('.node')), 'an add-on is missing');
    equal(files.filter((file) => /node_modules|Cargo|\.rs$|tsconfig|build\.mjs|^src/.test(file)), []);
  },
};

/** What a file of the package imports. */
function importsOf(folder, file) {
  const text = readFileSync(join(folder, 'node_modules', 'actor-journal', 'dist', file), 'utf8');
  return [...new Set(Array.from(text.matchAll(/^(?:import|\}) .*?from "(.*)";$/gm), ([, name]) => name))].sort();
}

async function inRuntime(program, ...options) {
  const folder = await workshop.project('plain', program.replace(/\W/g, '-'));
  const main = async () => JSON.parse(await output(program, [...options, 'main.mjs'], folder));
  equal(await main(), { head: 2, balance: 3, late: true });
  equal(await main(), { head: 4, balance: 6, late: true }, 'run again');
  ok(existsSync(join(folder, 'events.db')), 'the file');
}

/** The blocks of JavaScript in README, as they stand. */
function blocks() {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  return Array.from(text.matchAll(/^```js\n(.*?)^```$/gms), ([, code]) => code);
}

/** Both on one `events.db`, each twice: what has run goes on from there. */
async function readme() {
  const folder = await workshop.project('plain', 'readme');
  const [actor, journal, ...others] = blocks();
  equal(others, []);
  const main = async (code) => {
    writeFileSync(join(folder, 'main.mjs'), code);
    return (await output('node', ['main.mjs'], folder)).trim().split('\n');
  };
  equal([await main(actor), await main(actor)], [['100'], ['200']]);
  const deposits = ['1 { amount: 100 }', '2 { amount: 100 }', '3 { amount: 5 }'];
  equal(await main(journal), [...deposits, 'account-ada']);
  equal(await main(journal), [...deposits, '4 { amount: 5 }', 'account-ada', 'account-ada']);
  equal(await main(actor), ['310'], 'the actor behind the journal');
}

async function bank() {
  const folder = await workshop.project('plain', 'bank');
  mkdirSync(join(folder, 'bank'));
  const main = async () => JSON.parse(await output('node', ['bank.mjs'], folder));
  equal(await main(), [50, 'only 50 left', 30]);
  equal(await main(), [80, 'only 80 left', 60], 'run again');
  ok(existsSync(join(folder, 'bank', 'snapshots.db')), 'the snapshots’ file');
}

const runtimes = {
  'the JavaScript of README, as it stands': readme,
  'the source page’s first example, with a bank account': bank,
  'plain modules in Node': () => inRuntime('node'),
  'plain modules in Bun': () => inRuntime(tool('bun')),
  'plain modules in Deno': () => inRuntime(tool('deno'), 'run', '-A'),
  async 'the example of XState'() {
    const folder = await workshop.project('../../examples/xstate', 'xstate', [xstate]);
    const main = async (...args) => JSON.parse(await output('node', ['main.mjs', ...args], folder));
    equal(await main('add', 'tea'), { value: 'open', items: ['tea'] });
    equal(await main('add', 'milk'), { value: 'open', items: ['tea', 'milk'] });
    equal(await main(), { value: 'open', items: ['tea', 'milk'] }, 'without an event');
    equal(await main('pay'), { value: 'paid', items: ['tea', 'milk'], receipt: '2 paid' });
    equal(await main(), { value: 'paid', items: ['tea', 'milk'], receipt: '2 paid' }, 'after its end');
  },
  async 'hooks on a server, which opens nothing and has one actor with who uses no hooks'() {
    const folder = await workshop.project('react', 'react', react);
    const printed = JSON.parse(await output('node', ['main.mjs'], folder));
    equal(printed, { html: '<p>catching-up 0 0 7</p>', opened: false, replies: [8, 10] });
    // Without a bundler these need an import map, and no others.
    equal(importsOf(folder, 'react.js'), ['./live.js', 'actor-journal', 'react']);
    equal(importsOf(folder, 'live.js'), ['actor-journal']);
  },
  async 'a signal over what a journal holds'() {
    const folder = await workshop.project('signals', 'signals', [signals]);
    equal(JSON.parse(await output('node', ['main.mjs'], folder)), ['live: 0', 'live: 12']);
  },
  async 'strict TypeScript'() {
    const folder = await workshop.project('types');
    equal(await output(tool('tsc'), ['--project', folder], folder), '');
  },
  // Without `exactOptionalPropertyTypes`, which XState's own declarations do not pass.
  async 'strict TypeScript with XState'() {
    const folder = await workshop.project('types-xstate', 'types-xstate', [xstate]);
    equal(await output(tool('tsc'), ['--project', folder], folder), '');
  },
  async 'strict TypeScript with React'() {
    const folder = await workshop.project('types-react', 'types-react', [...react, ...typesOfReact]);
    equal(await output(tool('tsc'), ['--project', folder], folder), '');
  },
};

/** The page at the address appends and replays, and after a reload goes on from there. */
async function deposits(browser, address) {
  await withPage(browser, address, async (page) => {
    const answer = async () => {
      await page.waitForFunction(() => globalThis.answer);
      return page.evaluate(() => globalThis.answer);
    };
    equal(await answer(), { head: 2, balance: 3 });
    await page.reload();
    equal(await answer(), { head: 4, balance: 6 }, 'after a reload');
  });
}

async function served(browser, folder) {
  const site = await Site.open({ '/consumer/': folder });
  try {
    await deposits(browser, site.address('/consumer/'));
  } finally {
    await site.close();
  }
}

/** Lends the address of Vite's development server. */
async function withViteServer(folder, use) {
  const vite = spawn(process.execPath, [tool('vite'), '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false'], { cwd: folder });
  const printed = [];
  vite.stderr.on('data', (text) => printed.push(text));
  const closed = once(vite, 'close');
  try {
    for await (const line of createInterface({ input: vite.stdout })) {
      printed.push(line);
      const [address] = line.replace(/\u001b\[\d*m/g, '').match(/http:\S+/) ?? [];
      if (address) return await use(address);
    }
    throw new Error(`Vite did not start:\n${printed.join('\n')}`);
  } finally {
    vite.kill();
    await closed;
  }
}

const onPages = (browser) => ({
  async 'a page without a bundler'() {
    await served(browser, await workshop.project('page'));
  },
  async 'a page that Vite has built'() {
    const folder = await workshop.project('vite', 'vite-build');
    await output(process.execPath, [tool('vite'), 'build', '--base', './'], folder);
    await served(browser, join(folder, 'dist'));
  },
  async 'a page on Vite’s development server'() {
    const folder = await workshop.project('vite', 'vite-server');
    await withViteServer(folder, (address) => deposits(browser, address));
  },
});

await run.group('consumers', packing);
await run.group('consumers', runtimes);
await withBrowser('chromium', (browser) => run.group('consumers', onPages(browser)));
workshop.remove();
console.log(run.summary);
process.exit(run.good ? 0 : 1);
