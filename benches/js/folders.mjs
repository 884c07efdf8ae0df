/** Where things are. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

export const BENCH = here;
export const PACKAGE = join(root, 'pkg', 'dist');
export const MODULES = join(here, 'node_modules');

/**
 * Lends a folder, which is removed afterwards. It is in `target`, on the disk of the checkout:
 * the system's folder for temporary files may be memory, where a flush costs nothing.
 */
export async function withFolder(use) {
  const target = join(root, 'target', 'bench-js');
  mkdirSync(target, { recursive: true });
  const folder = mkdtempSync(join(target, 'run-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
