// Stands still when it is told to on a channel, until the site answers.
const channel = new BroadcastChannel('hang');

channel.onmessage = () => {
  const request = new XMLHttpRequest();
  request.open('GET', '/held', false);
  channel.postMessage('hangs');
  request.send();
};
