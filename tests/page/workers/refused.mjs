import './tell-of-refusals.mjs';
import '/pkg/worker.js';
