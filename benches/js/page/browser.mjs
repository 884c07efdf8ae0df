/** Chromium or Firefox, as installed, with a profile on disk: in memory OPFS is another. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import puppeteer from 'puppeteer-core';
import { CHROMIUM } from '../../../tests/page/flags.mjs';

/** A workload that has not ended by then hangs. */
const HANGS_AFTER_MS = 600_000;

const KINDS = {
  chromium: () => ({
    browser: 'chrome',
    executablePath: program('CHROME', 'chromium', 'google-chrome'),
    args: [...CHROMIUM, '--js-flags=--expose-gc'],
  }),
  firefox: () => ({ browser: 'firefox', executablePath: program('FIREFOX', 'firefox', 'firefox-esr') }),
};

/** Lends a running browser, which is closed afterwards. */
export async function withBrowser(kind, userDataDir, use) {
  const settings = { userDataDir, headless: true, protocolTimeout: HANGS_AFTER_MS };
  const browser = await puppeteer.launch({ ...KINDS[kind](), ...settings });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** Lends a page, which is closed afterwards. What it reports is printed. */
export async function withPage(browser, use) {
  const page = await browser.newPage();
  page.on('console', (message) => console.log(message.text()));
  try {
    return await use(page);
  } finally {
    await page.close();
  }
}

function program(variable, ...names) {
  const path = process.env[variable] ?? names.flatMap(onSearchPath)[0];
  if (!path) throw new Error(`name the program of ${names[0]} in the variable ${variable}`);
  return path;
}

function onSearchPath(name) {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return paths.filter((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
