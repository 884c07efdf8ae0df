/** React comes as CommonJS, which no page loads: the components are bundled as their users would do it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const hooks = fileURLToPath(new URL('../../../pkg/dist/react.js', import.meta.url));

/** A folder with `app.js` in it. */
export class Bundle {
  folder = mkdtempSync(join(tmpdir(), 'actor-journal-react-'));

  /** Over the development build of React: in the other one StrictMode does nothing. */
  static async made() {
    const bundle = new Bundle();
    await build({
      root: here,
      configFile: false,
      logLevel: 'error',
      mode: 'development',
      define: { 'process.env.NODE_ENV': '"development"' },
      resolve: { alias: [{ find: /^actor-journal\/react$/, replacement: hooks }], dedupe: ['react', 'react-dom'] },
      build: {
        outDir: bundle.folder,
        emptyOutDir: true,
        minify: false,
        lib: { entry: 'app.mjs', formats: ['es'], fileName: () => 'app.js' },
        rolldownOptions: { external: ['actor-journal', 'actor-journal/live'] },
      },
    });
    return bundle;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
