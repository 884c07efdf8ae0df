/** React comes as CommonJS, which no page loads: the components are bundled as their users would do it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const hooks = fileURLToPath(new URL('../../../pkg/dist/react.js', import.meta.url));

/** The versions of React, the latest first, and what it is called where several are installed. */
const NAMES = { 19: ['react', 'react-dom'], 18: ['react-18', 'react-dom-18'] };

export const VERSIONS = [19, 18];

/** A folder with `19/app.js` and `18/app.js` in it. */
export class Bundle {
  folder = mkdtempSync(join(tmpdir(), 'actor-journal-react-'));

  static async made() {
    const bundle = new Bundle();
    for (const version of VERSIONS) await bundled(NAMES[version], join(bundle.folder, String(version)));
    return bundle;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Over the development build of React: in the other one StrictMode does nothing. */
function bundled(names, outDir) {
  const [react, dom] = names;
  const alias = [
    { find: /^actor-journal\/react$/, replacement: hooks },
    { find: /^react(?=\/|$)/, replacement: react },
    { find: /^react-dom(?=\/|$)/, replacement: dom },
  ];
  return build({
    root: here,
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: { alias, dedupe: names },
    build: {
      outDir,
      emptyOutDir: true,
      minify: false,
      lib: { entry: 'app.mjs', formats: ['es'], fileName: () => 'app.js' },
      rolldownOptions: { external: ['actor-journal'] },
    },
  });
}
