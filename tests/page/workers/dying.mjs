import './die-when-told.mjs';
import '/pkg/worker.js';
