/** What Chromium is started with, where it is tested and where it is measured. */
import process from 'node:process';

/** It refuses root its sandbox. */
const AS_ROOT = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export const CHROMIUM = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-default-browser-check',
  '--no-first-run',
  ...AS_ROOT,
];
