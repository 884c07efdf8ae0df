// Adds its name to a state as often as it is told to, beside others, and says which revisions it has won.
import process from 'node:process';
import { isBusy, isConflict, SqliteDurableStateStore } from '../../actor-journal.mjs';

const [path, name, wins] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const store = new SqliteDurableStateStore({ path, busyTimeoutMs: 10_000 });
const won = [];
while (won.length < wins) {
  try {
    const { revision, state = [] } = await store.load('a');
    won.push(await store.save('a', revision, [...state, name]));
  } catch (error) {
    if (!isConflict(error) && !isBusy(error)) throw error;
  }
}
await store.close();
console.log(JSON.stringify(won));
