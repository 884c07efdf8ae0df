/** What `run.mjs` runs in the Node that npm has brought. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const SUITES = { node: './suites/node.mjs', chromium: './suites/page.mjs', firefox: './suites/page.mjs' };
const USAGE = 'run.mjs <node|chromium|firefox> --out <file.json> [--quick] [--only <workload>]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, quick: { type: 'boolean' }, only: { type: 'string' } },
});
const [suite] = positionals;
if (!Object.hasOwn(SUITES, suite ?? '') || !values.out) throw new Error(USAGE);

const { runSuite } = await import(SUITES[suite]);
const report = await runSuite(suite, values);
if (report.workloads.length === 0) throw new Error(`no workload is called ${values.only}`);
const out = resolve(values.out);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
