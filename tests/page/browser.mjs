/** Chromium or Firefox, as installed, with a fresh profile on disk: in memory OPFS is another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import puppeteer from 'puppeteer-core';
import { CHROMIUM } from './flags.mjs';

/** A name of this machine that browsers do not trust as they trust `localhost`. */
export const UNTRUSTED = 'journal.test';

const RESOLVED = `--host-resolver-rules=MAP ${UNTRUSTED} 127.0.0.1`;

const KINDS = {
  chromium: () => ({ browser: 'chrome', executablePath: named('CHROME', 'chromium'), args: [...CHROMIUM, RESOLVED] }),
  firefox: () => ({
    browser: 'firefox',
    executablePath: named('FIREFOX', 'firefox'),
    extraPrefsFirefox: { 'network.dns.localDomains': UNTRUSTED, 'dom.security.https_first': false },
  }),
};

export const KNOWN = Object.keys(KINDS);

/** Lends a running browser, which is closed afterwards. Firefox takes further preferences. */
export async function withBrowser(kind, use, preferences = {}) {
  const userDataDir = mkdtempSync(join(tmpdir(), `actor-journal-${kind}-`));
  const options = KINDS[kind]();
  const extraPrefsFirefox = { ...options.extraPrefsFirefox, ...preferences };
  const browser = await puppeteer.launch({ ...options, extraPrefsFirefox, userDataDir, headless: true, protocolTimeout: 0 });
  try {
    return await use(browser);
  } finally {
    await browser.close();
    rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Lends a page at an address, which is closed afterwards. What it reports goes to `print`. */
export async function withPage(browser, address, use, { print = console.log, prepare = () => undefined } = {}) {
  const page = await browser.newPage();
  page.on('console', (message) => print(message.text()));
  try {
    await page.evaluateOnNewDocument(prepare);
    await page.goto(address);
    return await use(page);
  } finally {
    if (!page.isClosed()) await page.close();
  }
}

/** Gives a page a size in pixels. Not every Firefox can turn a screen, which puppeteer asks of it with each size. */
export async function resize(page, width, height) {
  await page.setViewport({ width, height }).catch((error) => {
    if (!error.message.includes('unknown command emulation.setScreenOrientationOverride')) throw error;
  });
  await page.waitForFunction((...size) => `${[innerWidth, innerHeight]}` === `${size}`, {}, width, height);
}

function named(variable, kind) {
  const path = process.env[variable];
  if (!path) throw new Error(`name the program of ${kind} in the variable ${variable}`);
  return path;
}
