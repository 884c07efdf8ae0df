// Fails with its next answer, when it is told to on a channel.
const post = self.postMessage.bind(self);
const channel = new BroadcastChannel('dying');
let dying = false;

channel.onmessage = () => {
  dying = true;
  channel.postMessage('told');
};

self.postMessage = (...message) => {
  if (dying && message[0].answers) reportError(new Error('told to die'));
  else post(...message);
};
