import './fall-back.mjs';
import '/pkg/worker.js';
