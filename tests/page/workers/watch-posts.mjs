// Tells on a channel, for each chunk of bytes that the worker posts, how long it is before and
// after: a buffer that was transferred is empty afterwards, one that was cloned is not.
const post = self.postMessage.bind(self);
const channel = new BroadcastChannel('posted');

self.postMessage = (message, transfer) => {
  const chunks = (message.answers ?? []).map(({ value }) => value).filter((value) => value instanceof Uint8Array);
  const before = chunks.map((bytes) => [bytes.byteLength, bytes.buffer.byteLength]);
  post(message, transfer);
  chunks.forEach((bytes, i) => channel.postMessage({ before: before[i], after: bytes.buffer.byteLength }));
};
