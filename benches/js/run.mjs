/**
 * One suite of the benchmark: `node benches/js/run.mjs <node|chromium|firefox> --out <file.json>
 * [--quick] [--only <workload>]`. The package must be built; browsers are named in the variables
 * CHROME and FIREFOX or found on the search path.
 *
 * The peers need a newer Node than the package does, so npm brings one, which measures everything.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { BENCH, MODULES } from './folders.mjs';

const ON_WINDOWS = process.platform === 'win32';
const LOCK = join(BENCH, 'package-lock.json');
/** What was installed: `cargo xtask` leaves the same copy of the lock file. */
const STAMP = join(MODULES, '.actor-journal-lock.json');

if (!isInstalled()) install();
const node = join(MODULES, 'node', 'bin', ON_WINDOWS ? 'node.exe' : 'node');
const main = fileURLToPath(new URL('./main.mjs', import.meta.url));
const measuring = spawn(node, ['--expose-gc', main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => measuring.kill(signal));
process.exitCode = await new Promise((ended) => measuring.on('exit', (code) => ended(code ?? 1)));

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === readFileSync(LOCK, 'utf8');
}

/** Exactly what the lock file says. */
function install() {
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' };
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: BENCH, env, stdio: 'inherit', shell: ON_WINDOWS });
  if (status !== 0) throw new Error(`npm ci failed in ${BENCH}`);
  copyFileSync(LOCK, STAMP);
}
