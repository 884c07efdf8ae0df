/** A server of this run's pages: the package's files, the tests', and the page in `www`. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = { '/pkg/': join(root, 'pkg', 'dist'), '/xstate/': join(root, 'pkg', 'node_modules', 'xstate', 'dist'), '/tests/': join(root, 'tests'), '/': join(root, 'www') };
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.svg': 'image/svg+xml' };

/** What a page without a bundler says about names that are no addresses. */
const NAMES = JSON.stringify({ imports: { 'actor-journal': '/pkg/browser.js', 'actor-journal/inspector': '/pkg/inspector.js', 'actor-journal/live': '/pkg/live.js', xstate: '/xstate/xstate.esm.js' } });

/** What the tests serve in place of a file. */
const PAGES = {
  '/blank.html': ['text/html', `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>A page</title><script type="importmap">${NAMES}</script>`],
  '/tests/package/actor-journal.mjs': ['text/javascript', "export * from '/pkg/browser.js';\n"],
  '/tests/package/live.mjs': ['text/javascript', "export * from '/pkg/live.js';\n"],
  '/tests/package/xstate.mjs': ['text/javascript', "export * from 'xstate';\nexport { persistActor } from '/pkg/xstate.js';\n"],
};

export class Site {
  /** The paths that were asked for, in order. */
  requests = [];
  /** Paths that are not found, although the files are there. */
  missing = new Set();
  /** What waits for an answer to `/held`. */
  held = [];
  #server;
  #folders;
  #whenAsked = () => undefined;

  /** @param folders further folders by the start of the addresses that they serve. */
  static async open(folders = {}) {
    const site = new Site();
    site.#folders = Object.entries({ ...folders, ...FOLDERS });
    site.#server = createServer((request, response) => site.#answer(request, response));
    await new Promise((listening) => site.#server.listen(0, '127.0.0.1', listening));
    return site;
  }

  get port() {
    return this.#server.address().port;
  }

  address(path) {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Waits until somebody waits for an answer to `/held`. */
  async holding() {
    while (this.held.length === 0) await new Promise((asked) => (this.#whenAsked = asked));
  }

  /** Answers those that wait. */
  letGo() {
    for (const response of this.held.splice(0)) response.end();
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((closed) => this.#server.close(closed));
  }

  #answer(request, response) {
    const { pathname } = new URL(request.url, 'http://site');
    this.requests.push(pathname);
    // Asked for each time; `no-store` would keep pages out of the back-forward cache as well.
    response.setHeader('Cache-Control', 'no-cache');
    if (this.missing.has(pathname)) return void response.writeHead(404).end();
    if (pathname === '/held') return void this.#hold(response);
    if (pathname in PAGES) return void reply(response, ...PAGES[pathname]);
    const file = this.#file(decodeURIComponent(pathname));
    if (!file) return void response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  }

  #hold(response) {
    this.held.push(response);
    this.#whenAsked();
  }

  #file(path) {
    const [start, folder] = this.#folders.find(([start]) => path.startsWith(start));
    const file = normalize(join(folder, path.slice(start.length)));
    const inside = file.startsWith(folder + sep) || file === folder;
    if (!inside || !existsSync(file)) return undefined;
    if (!statSync(file).isDirectory()) return file;
    const index = join(file, 'index.html');
    return existsSync(index) ? index : undefined;
  }
}

function reply(response, type, body) {
  response.setHeader('Content-Type', type);
  response.end(body);
}
