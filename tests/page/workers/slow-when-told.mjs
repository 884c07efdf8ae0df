// Reads as from a slow disk, a millisecond each time, from when it is told to on a channel; tells of the first time.
const { read } = FileSystemSyncAccessHandle.prototype;
const channel = new BroadcastChannel('slow');
let reads = 0;

function readSlowly(...args) {
  if (reads++ === 0) channel.postMessage('reads');
  for (const end = performance.now() + 1; performance.now() < end; );
  return read.apply(this, args);
}

channel.onmessage = () => {
  FileSystemSyncAccessHandle.prototype.read = readSlowly;
  channel.postMessage('slow');
};
