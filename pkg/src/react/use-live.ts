import { JournalError } from 'actor-journal';
import type { Live, LiveState } from 'actor-journal/live';
import { useSyncExternalStore } from 'react';

/**
 * What a live state shows, as long as the component is there. The state is made elsewhere, so that several
 * components can share it.
 *
 * @throws `invalid-argument` for what is no live state.
 * @example
 * ```tsx
 * const total = liveFold(journal, { filter: 'sold' }, addPrice, 0);
 * const Total = () => <b>{useLive(total).state}</b>;
 * ```
 */
export function useLive<State>(live: LiveState<State>): Live<State> {
  if (!isLive(live)) throw new JournalError('invalid-argument', 'useLive: live must be a LiveState');
  return useSyncExternalStore(live.subscribe, live.getSnapshot, () => live.initial);
}

function isLive(live: Partial<LiveState<unknown>> | undefined): boolean {
  return typeof live?.subscribe === 'function' && typeof live.getSnapshot === 'function';
}
