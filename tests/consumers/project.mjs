/** A consumer's project: a copy in a fresh folder, with the packed package installed. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const start = promisify(execFile);

/** A program of the tests' own dependencies. */
export const tool = (name) => join(here, '..', 'node_modules', '.bin', name);

/** XState, as the package's own build has it. */
export const xstate = join(here, '..', '..', 'pkg', 'node_modules', 'xstate');

/** Preact's signals, as the tests have them. */
export const signals = join(here, '..', 'node_modules', '@preact', 'signals-core');

/** React, as the tests have it, with what it stands on. */
export const react = ['react', 'react-dom', 'scheduler'].map((name) => join(here, '..', 'node_modules', name));

/** The types of React, as the package's own build has them. */
export const typesOfReact = ['@types/react', 'csstype'].map((name) => join(here, '..', '..', 'pkg', 'node_modules', name));

/** What a program prints; where it fails, all that it printed is in the error. */
export async function output(program, args, folder) {
  try {
    return (await start(program, args, { cwd: folder, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

/** Folders of this run, gone with it. */
export class Workshop {
  #folder = mkdtempSync(join(tmpdir(), 'actor-journal-consumers-'));
  #packed;

  /** The tarball that `npm pack` makes, and the files in it. */
  packed() {
    return (this.#packed ??= this.#pack());
  }

  /** The folder of a project of `kind`, ready to run, with the package and what is installed beside it. */
  async project(kind, name = kind, beside = []) {
    const folder = join(this.#folder, name);
    cpSync(join(here, kind), folder, { recursive: true });
    const { tarball } = await this.packed();
    await output(npm, ['install', '--no-audit', '--no-fund', '--offline', '--install-links', tarball, ...beside], folder);
    return folder;
  }

  async #pack() {
    const pkg = join(here, '..', '..', 'pkg');
    const printed = await output(npm, ['pack', '--json', '--pack-destination', this.#folder], pkg);
    const [{ filename, files }] = JSON.parse(printed);
    return { tarball: join(this.#folder, filename), files: files.map(({ path }) => path) };
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
