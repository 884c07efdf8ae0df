/** A cart as a durable state, in its two versions; `cart.rs` is the second in Rust. */
import { SqliteDurableStateStore } from '../package/actor-journal.mjs';

const ID = 'korb-Zoë';

/** In the first version a cart was the list of what is in it. */
const itemsOf = ({ state = [], version }) => (version === 2 ? state.items : state);
const stateOf = (items, version) => (version === 2 ? { items } : items);

/** One command: something to add, `null` to look, or `'buy'`, behind which there is no cart. */
async function carryOut(carts, command, version) {
  const found = await carts.load(ID);
  const items = itemsOf(found);
  if (command === null) return { revision: found.revision, items };
  if (command === 'buy') return { revision: await carts.delete(ID, found.revision), items: [] };
  const more = [...items, command.add];
  return { revision: await carts.save(ID, found.revision, stateOf(more, version), { manifest: 'cart', version }), items: more };
}

/** What the cart in a file is behind each of the commands. */
export async function ask(path, commands, version) {
  const carts = new SqliteDurableStateStore({ path, statesTable: 'carts' });
  try {
    const answers = [];
    for (const command of commands) answers.push(await carryOut(carts, command, version));
    return answers;
  } finally {
    await carts.close();
  }
}
