/** The package's tests in the runtime that runs this file: Node, Bun or Deno. */
import process from 'node:process';
import { behaviours } from './behaviours.mjs';
import { contract, options } from './contract/all.mjs';
import { Run } from './harness.mjs';
import { memory, sqlite, sqliteInMemory } from './room.mjs';
import { beside, memory as bound } from './server/beside.mjs';
import { damage } from './server/damage.mjs';
import { copiesInFiles } from './server/copies.mjs';
import { files } from './server/files.mjs';
import { freshFile } from './server/folder.mjs';
import { kills } from './server/kills.mjs';
import { messages } from './server/messages.mjs';

const onNode = !globalThis.Bun && !globalThis.Deno;

const run = new Run(console.log, process.argv[2]);
await options(run);
await contract(run, memory, { lasting: false });
await contract(run, sqliteInMemory, { lasting: false });
await contract(run, sqlite('a file', freshFile), { lasting: true });
await contract(run, sqlite('a file with wal', freshFile, { wal: true }), { lasting: true });
await run.group('behaviours', behaviours);
await run.group('files', files);
await run.group('damage', damage);
await run.group('copies in files', copiesInFiles);
await run.group('beside', beside);
await run.group('kills', kills);
if (onNode) await run.group('messages', messages);
if (onNode) await run.group('memory', bound);
console.log(run.summary);
process.exit(run.good ? 0 : 1);
