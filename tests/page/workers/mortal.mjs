import './die-of-an-append.mjs';
import '/pkg/worker.js';
