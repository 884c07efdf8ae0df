/**
 * Builds the package's JavaScript and types into `dist`. The wasm and the add-ons in `dist/wasm`
 * and `dist/native` come from the other crates and are left alone.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const OTHERS = ['wasm', 'native'];
/** What a package must carry, from the repository's root. */
const PAPERS = ['README.md', 'LICENSE-APACHE', 'LICENSE-MIT'];

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  external: ['./wasm/*', './live.js', 'actor-journal', 'react', 'xstate'],
  loader: { '.css': 'text' },
  legalComments: 'none',
  sourcemap: true,
  logLevel: 'warning',
};

/** What is not minified is readable where an error shows its line. */
function entry(name, file, platform, minify = platform === 'browser') {
  return build({
    ...shared,
    entryPoints: { [name]: join(root, 'src', file) },
    platform: platform === 'node' ? 'node' : 'browser',
    // Without this a page would get what cborg does with Node's buffers.
    define: platform === 'browser' ? { 'globalThis.process': 'undefined' } : {},
    minify,
    // The hooks and their user share the live states of one module, by whatever name it is imported.
    alias: { '#platform': join(root, 'src', `platform-${platform}.ts`), 'actor-journal/live': './live.js' },
  });
}

/** Bundles for a page, whose visitors download it: what esbuild minifies, terser makes 4 % smaller. */
async function pageEntry(name, file) {
  await entry(name, file, 'browser');
  const script = join(dist, `${name}.js`);
  const { code, map } = await minify(readFileSync(script, 'utf8'), {
    module: true,
    ecma: 2020,
    sourceMap: {
      content: readFileSync(`${script}.map`, 'utf8'),
      includeSources: true,
      filename: basename(script),
      url: `${name}.js.map`,
    },
  });
  writeFileSync(script, code);
  writeFileSync(`${script}.map`, map);
}

/** The licence of what is bundled asks to be passed on. */
function notice() {
  const licence = readFileSync(join(root, 'node_modules', 'cborg', 'LICENSE'), 'utf8');
  writeFileSync(join(dist, 'THIRD-PARTY.txt'), `cborg\n\n${licence}`);
}

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) {
  if (!OTHERS.includes(name)) rmSync(join(dist, name), { recursive: true });
}
for (const paper of PAPERS) copyFileSync(join(root, '..', paper), join(root, paper));
await Promise.all([
  pageEntry('browser', 'entry-browser.ts'),
  entry('node', 'entry-node.ts', 'node'),
  pageEntry('worker', 'worker.ts'),
  pageEntry('inspector', 'inspector/index.ts'),
  entry('xstate', 'xstate/index.ts', 'browser', false),
  entry('live', 'live/index.ts', 'browser', false),
  entry('react', 'react/index.ts', 'browser', false),
]);
notice();
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [tsc, '--emitDeclarationOnly'], { cwd: root, stdio: 'inherit' });
