import './watch-posts.mjs';
import '/pkg/worker.js';
