/**
 * Builds the package's JavaScript and types into `dist`. The wasm and the add-ons in `dist/wasm`
 * and `dist/native` come from the other crates and are left alone.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const OTHERS = ['wasm', 'native'];

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  external: ['./wasm/*'],
  legalComments: 'none',
  sourcemap: true,
  logLevel: 'warning',
};

function entry(name, file, platform) {
  return build({
    ...shared,
    entryPoints: { [name]: join(root, 'src', file) },
    platform: platform === 'node' ? 'node' : 'browser',
    minify: platform === 'browser',
    alias: { '#platform': join(root, 'src', `platform-${platform}.ts`) },
  });
}

/** The licences of what is bundled ask to be passed on. */
function notices() {
  const require = createRequire(import.meta.url);
  const texts = ['cbor2', '@cto.af/wtf8'].map((name) => {
    const folder = join(dirname(require.resolve(name)), '..');
    return `${name}\n\n${readFileSync(join(folder, 'LICENSE.md'), 'utf8')}`;
  });
  writeFileSync(join(dist, 'THIRD-PARTY.txt'), texts.join('\n'));
}

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) {
  if (!OTHERS.includes(name)) rmSync(join(dist, name), { recursive: true });
}
await Promise.all([
  entry('browser', 'entry-browser.ts', 'browser'),
  entry('node', 'entry-node.ts', 'node'),
  entry('worker', 'worker.ts', 'browser'),
]);
notices();
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [tsc, '--emitDeclarationOnly'], { cwd: root, stdio: 'inherit' });
