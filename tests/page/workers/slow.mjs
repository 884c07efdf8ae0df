import './slow-when-told.mjs';
import '/pkg/worker.js';
