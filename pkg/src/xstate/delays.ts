import { isMachineSnapshot, type AnyActor, type AnyMachineSnapshot, type Snapshot } from 'xstate';

/** XState does not take up the delays of a restored machine's states: they begin anew. */
export function beginDelays(actor: AnyActor, snapshot: Snapshot<unknown>): void {
  if (!isMachineSnapshot(snapshot)) return;
  for (const [type, delay] of delaysOf(actor, snapshot)) {
    actor.system.scheduler.schedule(actor, actor, { type }, delay, type);
  }
}

/** The milliseconds after which each event of the active states is due. */
function delaysOf(self: AnyActor, { machine, context, _nodes }: AnyMachineSnapshot): Map<string, number> {
  const delays = new Map<string, number>();
  for (const { eventType, delay } of _nodes.flatMap(({ after }) => after)) {
    const named = typeof delay === 'string' ? machine.implementations.delays[delay] : delay;
    const args = { context, event: { type: eventType }, self, system: self.system };
    const ms: unknown = typeof named === 'function' ? named(args, undefined) : named;
    if (typeof ms === 'number') delays.set(eventType, ms);
  }
  return delays;
}
