/** Actors: what they do in every language, and what they do in JavaScript besides. */
import { commands } from './actors/commands.mjs';
import { durable, durableInJavaScript } from './actors/durable.mjs';
import { evolution } from './actors/evolution.mjs';
import { failures } from './actors/failures.mjs';
import { lifetimes } from './actors/lifetimes.mjs';
import { adapters } from './actors/migrations.mjs';
import { mistakes } from './actors/mistakes.mjs';
import { own } from './actors/own.mjs';
import { recovery } from './actors/recovery.mjs';
import { repetitions } from './actors/repetitions.mjs';
import { snapshots } from './actors/snapshots.mjs';

export { model as actorsByChance } from './actors/model.mjs';

/** The behaviours that `tests/behaviours.txt` names. */
export const actors = { ...recovery, ...commands, ...failures, ...snapshots, ...lifetimes, ...evolution, ...durable };

export const actorsInJavaScript = { ...own, ...mistakes, ...adapters, ...repetitions, ...durableInJavaScript };
