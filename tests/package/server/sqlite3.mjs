/** The `sqlite3` program, as another owner of the files. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { promisify } from 'node:util';

const PROGRAM = process.env.SQLITE3 || 'sqlite3';
const start = promisify(execFile);

/** The rows that a statement answers. */
export function sqlite3(file, sql) {
  const output = execFileSync(PROGRAM, ['-bail', '-json', file, sql], { encoding: 'utf8' });
  return output.trim() === '' ? [] : JSON.parse(output);
}

/** The same beside this program. */
export async function sqlite3Beside(file, sql) {
  const { stdout } = await start(PROGRAM, ['-bail', '-json', '-cmd', '.timeout 10000', file, sql]);
  return stdout.trim() === '' ? [] : JSON.parse(stdout);
}

/** Holds the file in a transaction until the answer is called. */
export async function holdExclusively(file) {
  const shell = spawn(PROGRAM, ['-bail', file], { stdio: ['pipe', 'pipe', 'inherit'] });
  shell.stdin.write('BEGIN EXCLUSIVE;\n.print held\n');
  await once(shell.stdout, 'data');
  return async () => {
    shell.stdin.end('ROLLBACK;\n');
    await once(shell, 'exit');
  };
}
