import type { ActorSystem, PersistentActor } from 'actor-journal';
import { liveActor, type Live, type LiveActor } from 'actor-journal/live';
import { useMemo } from 'react';
import { useLive } from './use-live.js';

/** An actor's state, and the way to send it commands. The functions are the same at each render. */
export type UsedActor<Command, State, Reply> = Live<State> &
  Pick<LiveActor<Command, State, Reply>, 'ask' | 'tell' | 'retry'>;

/**
 * The state of a persistent actor as its events are written, by this tab or another one, and a way to send it
 * commands. Components that name the same actor share it; it is spawned with the first command, and stopped
 * behind its commands when the last of them is gone.
 *
 * @param create makes the actor, as for {@link ActorSystem.spawn}; that of the first render of a name counts.
 * @param name of the running actor in the system, which nobody else has spawned.
 * @example
 * ```tsx
 * const { state, tell } = useActor(system, () => new Account('account-1'), 'account-1');
 * return <button onClick={() => tell({ deposit: 5 })}>{state.balance}</button>;
 * ```
 */
export function useActor<Command, Event, State, Reply>(
  system: ActorSystem,
  create: () => PersistentActor<Command, Event, State, Reply>,
  name: string,
): UsedActor<Command, State, Reply> {
  const actor = useMemo(() => liveActor(system, create, name), [system, name]);
  const { ask, tell, retry } = actor;
  return { ...useLive(actor), ask, tell, retry };
}
