// Keeps answers to itself, when it is told to on a channel.
const post = self.postMessage.bind(self);
const channel = new BroadcastChannel('hush');
let isHushed = false;

channel.onmessage = () => {
  isHushed = true;
  channel.postMessage('told');
};

self.postMessage = (message, ...rest) => {
  if (!isHushed || !message.answers) post(message, ...rest);
};
