import './die-at-birth.mjs';
import '/pkg/worker.js';
