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

/** A copy of the value with its errors as data: their name and message are kept, no more. */
export function packed(value: unknown): unknown {
  return mapped(value, (part) => (part instanceof Error ? storedError(part) : part));
}

/** The value that was packed. */
export function unpacked(value: unknown): unknown {
  return mapped(value, (part) => (isStoredError(part) ? revivedError(part) : part));
}

/**
 * A copy of the data with `swap` done to each part. Cycles, and what no codec keeps, are left for
 * the codec to refuse.
 */
function mapped(value: unknown, swap: (part: unknown) => unknown): unknown {
  const copies = new Map<unknown, object>();
  const copied = (item: unknown): unknown => {
    const part = swap(item);
    if (part !== item) return part;
    const copy = copies.get(item) ?? shallow(item);
    if (copy) copies.set(item, copy);
    return copy ?? item;
  };
  const whole = copied(value);
  // It comes to those that are added meanwhile, too: no value is too deep.
  for (const copy of copies.values()) eachWithin(copy, copied);
  return whole;
}

/** A copy of the object alone; `undefined` for what cannot be changed, and what no codec keeps. */
function shallow(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  switch (Object.getPrototypeOf(value)) {
    case Object.prototype:
    case null:
      return { ...value };
    case Array.prototype:
      return Object.assign((value as unknown[]).slice(), value);
    case Map.prototype:
      return new Map(value as Map<unknown, unknown>);
    case Set.prototype:
      return new Set(value as Set<unknown>);
    case Date.prototype:
    case Uint8Array.prototype:
      return structuredClone(value);
    default:
      return undefined;
  }
}

/** Puts what `copied` makes of them in place of all that is in an object. */
function eachWithin(object: object, copied: (item: unknown) => unknown): void {
  if (object instanceof Uint8Array) return;
  if (object instanceof Map) {
    const entries = [...object];
    object.clear();
    for (const [key, item] of entries) object.set(copied(key), copied(item));
  } else if (object instanceof Set) {
    const items = [...object];
    object.clear();
    for (const item of items) object.add(copied(item));
  } else {
    const items = object as Record<string, unknown>;
    for (const [name, item] of Object.entries(items)) items[name] = copied(item);
  }
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
