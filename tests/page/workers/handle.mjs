// Has an access handle of a database until it hears anything on a channel.
async function accessHandle(path) {
  let directory = await navigator.storage.getDirectory();
  for (const name of ['actor-journal', path]) directory = await directory.getDirectoryHandle(name, { create: true });
  const file = await directory.getFileHandle('.lock', { create: true });
  return file.createSyncAccessHandle();
}

self.onmessage = async ({ data: { path, until } }) => {
  const handle = await accessHandle(path);
  const channel = new BroadcastChannel(until);
  channel.onmessage = ({ data }) => {
    handle.close();
    channel.close();
    self.postMessage(data);
  };
  self.postMessage('has it');
};
