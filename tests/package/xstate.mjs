// XState, and what persists its actors, as users import them. The page's server answers this address
// with the builds for browsers.
export * from '../../pkg/node_modules/xstate/dist/xstate.cjs.mjs';
export { persistActor } from '../../pkg/dist/xstate.js';
