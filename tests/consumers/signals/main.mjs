import { computed, effect, signal } from '@preact/signals-core';
import { InMemoryJournal } from 'actor-journal';
import { liveFold } from 'actor-journal/live';

const journal = new InMemoryJournal();
const live = liveFold(journal, { id: 'account' }, (sum, { event }) => sum + event.deposited, 0);

const balance = signal(live.getSnapshot());
const end = live.subscribe(() => (balance.value = live.getSnapshot()));
const text = computed(() => `${balance.value.status}: ${balance.value.state}`);

const texts = [];
const reached = (wanted) =>
  new Promise((resolve) => {
    effect(() => {
      if (text.value === wanted) resolve(texts.push(wanted));
    });
  });

await reached('live: 0');
await journal.append('account', [{ event: { deposited: 5 } }, { event: { deposited: 7 } }], 0);
await reached('live: 12');
end();
await journal.close();
console.log(JSON.stringify(texts));
