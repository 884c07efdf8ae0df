/** Runs the contract in the page that imports this, over OPFS and in memory. */
import { contract, options } from '/tests/package/contract/all.mjs';
import { Run } from '/tests/package/harness.mjs';
import { memory, sqlite, sqliteInMemory } from '/tests/package/room.mjs';

let databases = 0;

const opfs = sqlite('OPFS', () => `contract-${++databases}.db`);

/** What passed and failed. */
export async function runContract(only) {
  const run = new Run(console.log, only);
  await options(run);
  await contract(run, memory, { lasting: false });
  await contract(run, sqliteInMemory, { lasting: false });
  await contract(run, opfs, { lasting: true });
  return { passed: run.passed, failed: run.failed };
}
