// Dies with the next answers behind an append that says so, of which the append's own is kept back.
const text = new TextDecoder();
const post = self.postMessage.bind(self);
let deadly;

self.addEventListener('message', ({ data: { requests = [] } }) => {
  deadly = requests.find(({ method, args }) => method === 'append' && text.decode(args[0]).includes('deadly')) ?? deadly;
});

self.postMessage = (message, ...rest) => {
  if (!deadly || !message.answers) return post(message, ...rest);
  const answers = message.answers.filter(({ call }) => call !== deadly.call);
  if (answers.length > 0) post({ ...message, answers });
  else reportError(new Error('the append was deadly'));
};
