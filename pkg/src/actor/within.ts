import { check } from '../arguments.js';
import { ActorError } from './errors.js';
import { isDuration } from './options.js';

/**
 * What `work` comes to, where it takes no longer than `ms`, if those are given.
 *
 * @throws {@link ActorError} `timeout`: the work itself goes on. `invalid-argument`: it has not begun.
 */
export async function within<T>(call: string, ms: number | undefined, work: () => Promise<T>): Promise<T> {
  if (ms === undefined) return work();
  check(`${call}: timeoutMs`, ms, isDuration);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ActorError('timeout', `${call} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
