/** A folder of this run, gone with it, and the files in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

export const folder = mkdtempSync(join(tmpdir(), 'actor-journal-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** The path of a file that is not there yet. */
export function freshFile() {
  return join(folder, `${++files}.db`);
}
