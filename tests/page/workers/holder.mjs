// Holds the lock of a path until it is told to let go, and says nothing to those who wait for it.
let release;

self.onmessage = ({ data: { path } }) => {
  if (!path) return release();
  navigator.locks.request(`actor-journal:${path}`, () => {
    self.postMessage('held');
    return new Promise((resolve) => (release = resolve));
  });
};
