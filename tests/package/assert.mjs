/** What the scenarios hold to be true, in a runtime and in a page alike. */
import { JournalError } from './actor-journal.mjs';

export function ok(value, what) {
  if (!value) throw new Error(what);
}

/** Both are the same value: plain data, dates, maps, sets and bytes are compared by content. */
export function equal(actual, expected, what = 'the value') {
  const difference = differ(actual, expected, what);
  if (difference) throw new Error(difference);
}

/** The promise, or the promise that the function gives, rejects with a JournalError of this code. */
export async function refused(attempt, code, message = /./) {
  let answer;
  try {
    answer = await (typeof attempt === 'function' ? attempt() : attempt);
  } catch (error) {
    return checked(error, code, message);
  }
  throw new Error(`expected ${code}, but it answered ${shown(answer)}`);
}

/** The function throws a JournalError of this code, at once. */
export function thrown(call, code, message = /./) {
  try {
    call();
  } catch (error) {
    return checked(error, code, message);
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

function checked(error, code, message) {
  const found = `${error?.name} ${error?.code}: ${error?.message}`;
  if (!(error instanceof JournalError) || error.code !== code) {
    throw new Error(`expected ${code}, not ${found}`, { cause: error });
  }
  if (!message.test(error.message)) throw new Error(`expected ${message} in the message of ${found}`);
  return error;
}

function differ(actual, expected, path) {
  if (Object.is(actual, expected)) return undefined;
  const [ours, theirs] = [contents(actual), contents(expected)];
  if (!ours || !theirs || ours.kind !== theirs.kind) {
    return `${path} is ${shown(actual)}, expected ${shown(expected)}`;
  }
  const keys = new Set([...Object.keys(ours.items), ...Object.keys(theirs.items)]);
  for (const key of keys) {
    if (!(key in ours.items) || !(key in theirs.items)) {
      return `${path}.${key} is in one of ${shown(actual)} and ${shown(expected)} alone`;
    }
    const difference = differ(ours.items[key], theirs.items[key], `${path}.${key}`);
    if (difference) return difference;
  }
  return undefined;
}

/** The parts of an object and its kind; `undefined` for what is not an object. */
function contents(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  const kind = Object.prototype.toString.call(value);
  if (value instanceof Date) return { kind, items: [value.getTime()] };
  if (value instanceof Map || value instanceof Set) return { kind, items: [...value] };
  return { kind, items: value };
}

function shown(value) {
  const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
  return text === undefined ? String(value) : text.slice(0, 300);
}
