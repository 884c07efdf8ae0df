import './die-behind-an-append.mjs';
import '/pkg/worker.js';
