/** Somebody else's contract: what every journal and the stores beside it must do. */
import { actors, actorsByChance, actorsInJavaScript } from './actors.mjs';
import { ahead } from './ahead.mjs';
import { append } from './append.mjs';
import { atLeastOnce } from './at-least-once.mjs';
import { closing } from './closing.mjs';
import { compaction } from './compaction.mjs';
import { copies, restores } from './copies.mjs';
import { databases } from './databases.mjs';
import { drivers } from './drivers.mjs';
import { keyValues } from './key-values.mjs';
import { live } from './live.mjs';
import { liveIds } from './live-ids.mjs';
import { liveStates } from './live-states.mjs';
import { projectionEdges } from './projection-edges.mjs';
import { projections, projectionsGoOn } from './projections.mjs';
import { readSide } from './read-side.mjs';
import { replay } from './replay.mjs';
import { restoring } from './restoring.mjs';
import { snapshots } from './snapshots.mjs';
import { states } from './states.mjs';
import { storage } from './storage.mjs';
import { subscribers } from './subscribers.mjs';
import { crossing, together } from './together.mjs';
import { values } from './values.mjs';
import { verify, verifyTogether } from './verify.mjs';
import { wrongInput, wrongOptions } from './wrong-input.mjs';
import { xstate } from './xstate.mjs';
import { xstateCrashes } from './xstate-crashes.mjs';
import { xstateRandom } from './xstate-random.mjs';
import { xstateRefusals } from './xstate-refusals.mjs';
import { inRoom } from '../room.mjs';

const CONTRACT = {
  append,
  'appends of one turn': together,
  replay,
  compaction,
  'read side': readSide,
  live,
  'live ids': liveIds,
  'live states': liveStates,
  subscribers,
  projections,
  'projections at edges': projectionEdges,
  'key values': keyValues,
  'at least once': atLeastOnce,
  values,
  snapshots,
  'durable states': states,
  verify,
  storage,
  'wrong input': wrongInput,
  closing,
  copies,
  actors,
  'actors in JavaScript': actorsInJavaScript,
  'actors by chance': actorsByChance,
  xstate: { ...xstate, ...xstateRefusals, ...xstateCrashes, ...xstateRandom },
};

/** Runs the contract in a place. */
export async function contract(run, place, { lasting }) {
  const parts = lasting ? { ...CONTRACT, databases: { ...databases, ...verifyTogether, ...projectionsGoOn }, restores: { ...restores, ...restoring } } : CONTRACT;
  for (const [name, scenarios] of Object.entries(parts)) {
    await run.group(`${place.name}: ${name}`, scenarios, inRoom(place));
  }
}

/** What depends on no place. */
export async function options(run) {
  await run.group('options', wrongOptions);
  await run.group('drivers', drivers);
  await run.group('replay ahead', ahead);
  await run.group('appends that cross', crossing);
}
