import './remove-opfs.mjs';
import '/pkg/worker.js';
