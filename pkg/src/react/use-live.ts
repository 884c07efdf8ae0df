import type { Live, LiveState } from 'actor-journal/live';
import { useSyncExternalStore } from 'react';

/**
 * What a live state shows, as long as the component is there. The state is made elsewhere, so that several
 * components can share it.
 *
 * @example
 * ```tsx
 * const total = liveFold(journal, { filter: 'sold' }, addPrice, 0);
 * const Total = () => <b>{useLive(total).state}</b>;
 * ```
 */
export function useLive<State>(live: LiveState<State>): Live<State> {
  return useSyncExternalStore(live.subscribe, live.getSnapshot, () => live.initial);
}
