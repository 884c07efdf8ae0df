/**
 * States that follow a journal, for any library of signals and for none. A page without a bundler needs an
 * import map for `actor-journal`.
 *
 * @packageDocumentation
 */
export type { JournalQuery, LiveQuery, StreamQuery } from './query.js';
export type { Live, LiveState, LiveStatus } from './live-state.js';
export { liveEvents, type EventsQuery } from './live-events.js';
export { liveFold, type EventReducer } from './live-fold.js';
export { liveActor, type LiveActor } from './live-actor.js';
