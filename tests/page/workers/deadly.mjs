import './die-behind-a-call.mjs';
import '/pkg/worker.js';
