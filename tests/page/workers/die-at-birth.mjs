// The first worker of a page ends without a word: when it is told who it is, or when it has said that it lives.
const post = self.postMessage.bind(self);
const when = new URL(location.href).searchParams.get('when');
let first = false;

self.addEventListener('message', (event) => {
  if (event.data?.me?.life !== 1) return;
  first = true;
  if (when !== 'told') return;
  event.stopImmediatePropagation();
  self.close();
});

self.postMessage = (...message) => {
  post(...message);
  if (first && when === message[0]) self.close();
};
