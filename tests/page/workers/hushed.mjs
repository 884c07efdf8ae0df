import './hush-when-told.mjs';
import '/pkg/worker.js';
