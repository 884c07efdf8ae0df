// The entry `actor-journal/live` as its users import it. The page's server answers this address with the
// build for browsers.
export * from '../../pkg/dist/live.js';
