import { writeSync } from 'node:fs';

/** Writes a line, and waits until the system has it: what a stream keeps in memory dies with the program. */
export function say(...line) {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
