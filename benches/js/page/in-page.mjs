/** Runs in the page: the workloads, on the databases of the page's origin. */
import { measure } from '../rounds.mjs';
import { actorsMany, actorsRecovery } from '../workloads/actors.mjs';
import { append64, appendBatch100 } from '../workloads/append.mjs';
import { fill, replay200k, replayLongestTask } from '../workloads/replay.mjs';
import { CONTENDERS } from './contenders.mjs';

const WORKLOADS = [append64, appendBatch100, replay200k, replayLongestTask, actorsRecovery, actorsMany];

/** A row of the report. */
export function measureInPage(name, goals, size) {
  const workload = WORKLOADS.find(({ workload }) => workload === name);
  const [ours, ...peers] = CONTENDERS;
  const place = { ours, peers, goals, durability: 'WAL, synchronous=full; IndexedDB as named' };
  return measure(workload, place, size, console.log);
}

/** Writes what a cold start recovers from, into a contender's database. */
export async function fillColdStart(name, events) {
  const subject = await CONTENDERS.find((contender) => contender.name === name).open('cold-start');
  await fill(subject, events);
  await subject.close();
}
