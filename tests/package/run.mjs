/** The package's tests in the runtime that runs this file: Node, Bun or Deno. */
import process from 'node:process';
import { contract, options } from './contract/all.mjs';
import { Run } from './harness.mjs';
import { memory, sqlite, sqliteInMemory } from './room.mjs';
import { freshFile } from './server/folder.mjs';

const run = new Run(console.log, process.argv[2]);
await options(run);
await contract(run, memory, { lasting: false });
await contract(run, sqliteInMemory, { lasting: false });
await contract(run, sqlite('a file', freshFile), { lasting: true });
await contract(run, sqlite('a file with wal', freshFile, { wal: true }), { lasting: true });
console.log(run.summary);
process.exitCode = run.good ? 0 : 1;
