// Tells on a channel, for each chunk of bytes that the worker posts, how long it is before and
// after: a buffer that was transferred is empty afterwards, one that was cloned is not.
const post = self.postMessage.bind(self);
const channel = new BroadcastChannel('posted');

self.postMessage = (message, transfer) => {
  const bytes = message?.value instanceof Uint8Array ? message.value : undefined;
  const before = bytes && [bytes.byteLength, bytes.buffer.byteLength];
  post(message, transfer);
  if (bytes) channel.postMessage({ before, after: bytes.buffer.byteLength });
};
