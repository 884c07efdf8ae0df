/** Measures contestants in rounds that take turns, so that a noisy machine is noisy for all. */

/** How much is measured. */
export const FULL = { rounds: 11, appendMs: 400, replayed: 200_000 };
export const QUICK = { rounds: 3, appendMs: 250, replayed: 20_000 };

/**
 * @typedef {{
 *   append(rows: { id: string, seq: number, event: unknown }[]): Promise<void>,
 *   readings: Record<string, (id: string, take: (event: object) => void) => Promise<void>>,
 *   close(): Promise<void>,
 * }} Subject what is measured: `append` writes its rows in one transaction.
 * @typedef {{ name: string, readings: string[], open(database: string): Promise<Subject>, reads?: boolean }} Peer
 *   `readings` names the ways to read that its subjects have; one that does not read is no contestant there.
 * @typedef {{ name: string, of: Peer, round(subject: Subject, size: typeof FULL): Promise<number> }} Contestant
 */

/**
 * One row of the report: a workload with what each contestant reached.
 *
 * @param place who contends, to what durability, and what is to be reached.
 */
export async function measure(workload, place, size, print) {
  const contestants = workload.contestants(place);
  const subjects = await openAll(workload, contestants, size);
  const values = await takeTurns(contestants, subjects, size);
  for (const subject of subjects.values()) await subject.close();
  const results = contestants.map(({ name }, i) => ({ name, ...summary(values[i]) }));
  const { workload: called, title, unit, better, notes = [] } = workload;
  for (const { name, median, min, max } of results) print(`${called}  ${name}: ${median} ${unit} (${min} to ${max})`);
  return { workload: called, title, unit, better, durability: place.durability, results, goals: place.goals[called] ?? [], notes };
}

/** What each contestant reached in each round, after one for warming up. */
async function takeTurns(contestants, subjects, size) {
  const values = contestants.map(() => []);
  for (let round = -1; round < size.rounds; round++) {
    for (const [i, { of, round: once }] of contestants.entries()) {
      globalThis.gc?.();
      const value = await once(subjects.get(of), size);
      if (round >= 0) values[i].push(value);
    }
  }
  return values;
}

/** Contestants who are of one peer share a database. */
async function openAll(workload, contestants, size) {
  const subjects = new Map();
  for (const { of } of contestants) {
    if (subjects.has(of)) continue;
    const subject = await of.open(workload.database ?? workload.workload);
    subjects.set(of, subject);
    await workload.prepare?.(subject, size);
  }
  return subjects;
}

/** Median, least and greatest, with three digits that count. */
function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  const [min, max] = [sorted[0], sorted.at(-1)];
  return { median: rounded(median), min: rounded(min), max: rounded(max), rounds: values.length };
}

const rounded = (value) => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
