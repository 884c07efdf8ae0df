/**
 * One suite of the benchmark: `node benches/js/run.mjs <node|chromium|firefox> --out <file.json>
 * [--quick] [--only <workload>]`. The package must be built; browsers are named in the variables
 * CHROME and FIREFOX or found on the search path.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MODULES } from './folders.mjs';

const SUITES = { node: './suites/node.mjs', chromium: './suites/page.mjs', firefox: './suites/page.mjs' };
const USAGE = 'run.mjs <node|chromium|firefox> --out <file.json> [--quick] [--only <workload>]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, quick: { type: 'boolean' }, only: { type: 'string' } },
});
const [suite] = positionals;
if (!(suite in SUITES) || !values.out) throw new Error(USAGE);

if (isPinnedNode()) await run();
else await inPinnedNode();

async function run() {
  const { runSuite } = await import(SUITES[suite]);
  const report = await runSuite(suite, values);
  if (report.workloads.length === 0) throw new Error(`no workload is called ${values.only}`);
  const out = resolve(values.out);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
}

/** Peers need a newer Node than the package does, so npm brings one. */
function isPinnedNode() {
  return existsSync(MODULES) && process.execPath.startsWith(MODULES);
}

async function inPinnedNode() {
  if (!existsSync(MODULES)) install();
  const node = fileURLToPath(new URL('./node_modules/node/bin/node', import.meta.url));
  const child = spawn(node, ['--expose-gc', ...process.argv.slice(1)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((ended) => child.on('exit', (code) => ended(code ?? 1)));
}

function install() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' };
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: dirname(MODULES), env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci failed in ${dirname(MODULES)}`);
}
