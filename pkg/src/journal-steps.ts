/** What the core does step by step, because it takes long. */
import type { LongOptions } from './types-long.js';

/**
 * Goes on until it is done, and tells how far it has come. What has taken place is not undone: the
 * last that is told can end nothing.
 *
 * @param next how many bytes are done, and of how many; nothing when all has taken place.
 */
export async function stepped(
  next: () => Promise<ArrayLike<number>>,
  { signal, onProgress }: LongOptions,
): Promise<void> {
  signal?.throwIfAborted();
  for (let [done, total] = Array.from(await next()); done !== undefined; [done, total] = Array.from(await next())) {
    onProgress?.({ done, total: total! });
    if (done < total!) signal?.throwIfAborted();
  }
}
