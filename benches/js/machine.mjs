/** The machine that figures come from. */
import { availableParallelism, cpus, release, type } from 'node:os';

export function machine(runtime) {
  return { cores: availableParallelism(), cpu: cpus()[0]?.model ?? 'unknown', os: `${type()} ${release()}`, runtime };
}
