import './hang-when-told.mjs';
import '/pkg/worker.js';
