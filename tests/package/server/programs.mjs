/** Programs of the same runtime, which talk in lines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const OPTIONS = globalThis.Deno ? ['run', '-A'] : [];

/** A program of `programs/`, with its lines one by one, and how it ended. */
export function start(name, ...args) {
  const file = fileURLToPath(new URL(`./programs/${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [...OPTIONS, file, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, ended, next: async () => (await lines.next()).value, lines: { [Symbol.asyncIterator]: () => lines } };
}

/** The last line of a program that runs to a good end. */
export async function run(name, ...args) {
  const program = start(name, ...args);
  let last;
  for await (const line of program.lines) last = line;
  const { code, signal } = await program.ended;
  if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}`);
  return last;
}
