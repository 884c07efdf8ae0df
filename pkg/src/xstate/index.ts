/**
 * Persists the actors of XState 5 through a journal. A page without a bundler needs an import map for
 * `xstate` and `actor-journal`.
 *
 * @packageDocumentation
 */
export { persistActor, type PersistActorOptions } from './persist.js';
export type { PersistedActor } from './persisted-actor.js';
