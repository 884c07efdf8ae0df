// Tells on a channel that an access handle was refused.
const { createSyncAccessHandle } = FileSystemFileHandle.prototype;
const channel = new BroadcastChannel('refused');

FileSystemFileHandle.prototype.createSyncAccessHandle = function (...args) {
  const asked = createSyncAccessHandle.apply(this, args);
  asked.catch(({ name }) => channel.postMessage(name));
  return asked;
};
