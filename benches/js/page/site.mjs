/** A server on localhost of what is measured: the package, the peers, and this benchmark. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BENCH, MODULES, PACKAGE } from '../folders.mjs';

const FOLDERS = {
  '/pkg/': PACKAGE,
  '/sqlite-wasm/': join(MODULES, '@sqlite.org', 'sqlite-wasm', 'dist'),
  '/idb/': join(MODULES, 'idb', 'build'),
  '/bench/': BENCH,
};
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** What an address may start with: files under another start are others to a browser's cache. */
const START = /^\/visit-\d+(?=\/)/;

export class Site {
  /** The paths that were asked for, in order, without their start. */
  requests = [];
  #starts = 0;
  #server = createServer((request, response) => void this.#answer(request, response));

  static async open() {
    const site = new Site();
    await new Promise((listening) => site.#server.listen(0, '127.0.0.1', listening));
    return site;
  }

  address(path) {
    return `http://127.0.0.1:${this.#server.address().port}${path}`;
  }

  /** The start of addresses that no browser has seen. */
  newStart() {
    return `/visit-${++this.#starts}`;
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((closed) => this.#server.close(closed));
  }

  /** Browsers keep the files, as those of a package whose version is in the address. */
  async #answer(request, response) {
    const pathname = new URL(request.url, 'http://site').pathname.replace(START, '');
    this.requests.push(pathname);
    try {
      const body = await readFile(fileOf(pathname));
      const type = TYPES[extname(pathname)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length, 'Cache-Control': 'max-age=3600' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

/** Bytes of a file that the site serves, as a server with compression sends it. */
export async function gzipped(pathname) {
  return gzipSync(await readFile(fileOf(pathname)), { level: 9 }).length;
}

function fileOf(pathname) {
  const [start, folder] = Object.entries(FOLDERS).find(([start]) => pathname.startsWith(start)) ?? [];
  const file = normalize(join(folder ?? '/nowhere', pathname.slice(start?.length)));
  if (!folder || !file.startsWith(join(folder, '/'))) throw new Error(`${pathname} is not served`);
  return file;
}
