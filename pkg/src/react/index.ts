'use client';
/**
 * Hooks for React 18 and 19: what a journal holds, as it is written. A page without a bundler needs an import
 * map for `react` and `actor-journal`.
 *
 * What fails is answered as `error`, with the status `'failed'`, and `retry` reads on; nothing is thrown to
 * an error boundary, unless what makes a journal or an actor throws, or an argument without which nothing can
 * be made is missing. On a server nothing is opened or read: it renders the state before the first event.
 *
 * @packageDocumentation
 */
export { useActor, type UsedActor } from './use-actor.js';
export { useEvents, type UsedEvents } from './use-events.js';
export { useFold, type UsedFold } from './use-fold.js';
export { useJournal } from './use-journal.js';
export { useLive } from './use-live.js';
