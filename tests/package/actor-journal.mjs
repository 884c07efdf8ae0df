// The package under test as its users import it. The page's server answers this address with the
// browser's build.
export * from '../../pkg/dist/node.js';
