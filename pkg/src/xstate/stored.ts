import type { AnyEventObject } from 'xstate';

/** An event of an actor within the persisted one, with the ids that lead to it. */
interface Inner {
  readonly actor: readonly string[];
  readonly event: AnyEventObject;
}

/** What the stream holds: the persisted actor's own events as they are, others with their place. */
export type Stored = AnyEventObject | Inner;

/** An error where it stands in an event or a state: codecs refuse objects of classes. */
interface StoredError {
  readonly xstate$$error: { readonly name: string; readonly message: string };
}

export function toStored(actor: readonly string[], event: AnyEventObject): Stored {
  return actor.length === 0 ? event : { actor, event };
}

export function fromStored(stored: Stored): Inner {
  return isInner(stored) ? stored : { actor: [], event: stored };
}

/** Events of XState have a type; what other programs store may be anything. */
function isInner(stored: Stored): stored is Inner {
  const object = Object(stored) as object;
  return 'actor' in object && 'event' in object && !('type' in object);
}

/** The value with its errors as data: their name and message are kept, no more. */
export function packed(value: unknown): unknown {
  return mapped(value, (part) => (part instanceof Error ? storedError(part) : part));
}

/** The value that was packed. */
export function unpacked(value: unknown): unknown {
  return mapped(value, (part) => (isStoredError(part) ? revivedError(part) : part));
}

/** The plain data with `swap` done to each part, copied only where that changes something. */
function mapped(value: unknown, swap: (part: unknown) => unknown): unknown {
  const part = swap(value);
  if (part !== value || !isPlain(value)) return part;
  let copy: Plain | undefined;
  for (const [name, item] of Object.entries(value)) {
    const swapped = mapped(item, swap);
    if (swapped !== item) (copy ??= shallow(value))[name] = swapped;
  }
  return copy ?? value;
}

/** An array too. */
type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function shallow(value: Plain): Plain {
  return Array.isArray(value) ? (value.slice() as unknown as Plain) : { ...value };
}

function storedError({ name, message }: Error): StoredError {
  return { xstate$$error: { name, message } };
}

function isStoredError(value: unknown): value is StoredError {
  return typeof value === 'object' && value !== null && 'xstate$$error' in value;
}

function revivedError({ xstate$$error: { name, message } }: StoredError): Error {
  return Object.defineProperty(new Error(message), 'name', { value: name, configurable: true, writable: true });
}
