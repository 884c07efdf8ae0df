/** Stores that fail on purpose, each in front of a real one. */
import { JournalError } from '../../actor-journal.mjs';

/** A store some of whose methods are others, which are called with the store behind. */
export function before(store, overrides) {
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(overrides, name)) return (...args) => overrides[name](target, ...args);
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Waits at a gate before each append. */
export const gated = (journal, gate) =>
  before(journal, {
    async append(inner, ...args) {
      await gate.pass();
      return inner.append(...args);
    },
  });

/** Fails as `faults` say, one for each append, and not at all behind the last. */
export function failingAppends(journal, ...faults) {
  return before(journal, {
    append: (inner, ...args) => (faults.shift() ?? stored)(inner, ...args),
  });
}

export const stored = (inner, ...args) => inner.append(...args);

/** Nothing is stored, and that is said. */
export const rejected = async () => {
  throw new JournalError('full', 'no room, on purpose');
};

/** Nothing is stored, and the answer is lost. */
export async function lostBefore(_, id, entries, seq, { token = crypto.randomUUID() } = {}) {
  throw new JournalError('lost', 'lost on purpose, before it was stored', { token });
}

/** It is stored, and the answer is lost. */
export async function lostBehind(inner, id, entries, seq, { token = crypto.randomUUID() } = {}) {
  await inner.append(id, entries, seq, { token });
  throw new JournalError('lost', 'lost on purpose, behind its being stored', { token });
}

/** Another writer was first, with this event. */
export const overtakenBy = (event) => async (inner, id, entries, seq, options) => {
  await inner.append(id, [{ event }], await inner.highestSeq(id));
  return inner.append(id, entries, seq, options);
};

export const overtaken = overtakenBy(1000);
