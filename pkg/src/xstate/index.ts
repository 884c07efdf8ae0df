/**
 * Persists the actors of XState 5 through a journal.
 *
 * @packageDocumentation
 */
export { persistActor, type PersistActorOptions } from './persist.js';
export type { PersistedActor } from './persisted-actor.js';
