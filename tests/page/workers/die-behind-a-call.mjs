// Carries out each call of the method that its address names, and dies instead of answering it.
const post = self.postMessage.bind(self);
const deadly = new URL(location.href).searchParams.get('method');
const calls = new Set();

self.addEventListener('message', ({ data: { requests = [] } }) => {
  for (const { method, call } of requests) if (method === deadly) calls.add(call);
});

self.postMessage = (message, ...rest) => {
  const answers = message.answers?.filter(({ call }) => !calls.has(call));
  if (answers?.length === message.answers?.length) return post(message, ...rest);
  if (answers.length > 0) post({ ...message, answers });
  reportError(new Error(`${deadly} was deadly`));
};
