// Dies of an append that says so, before anybody else in the worker has heard of it.
const text = new TextDecoder();

self.addEventListener('message', (message) => {
  const { requests = [] } = message.data;
  if (!requests.some(({ method, args }) => method === 'append' && text.decode(args[0]).includes('deadly'))) return;
  message.stopImmediatePropagation();
  throw new Error('the append was deadly');
});
