import { partsOf, plainText } from './value-text.js';

/** A place at which two values are not the same: absent is not the same as undefined. */
export interface Change {
  readonly path: string;
  readonly before?: { readonly value: unknown };
  readonly after?: { readonly value: unknown };
}

/** Changes that are told of. */
export const MOST = 500;

/** Where two values differ, in the order of their parts: at most {@link MOST} places. */
export function differences(before: unknown, after: unknown): Change[] {
  const found: Change[] = [];
  compare('', { value: before }, { value: after }, found);
  return found;
}

function compare(path: string, before: Change['before'], after: Change['after'], found: Change[]): void {
  if (found.length >= MOST) return;
  const [ours, theirs] = [before && partsByName(before.value), after && partsByName(after.value)];
  if (before && after && ours && theirs && isAlike(before.value, after.value)) {
    for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
      compare(path ? `${path}.${name}` : name, at(ours, name), at(theirs, name), found);
    }
    return;
  }
  if (before && after && !ours && !theirs && plainText(before.value) === plainText(after.value)) return;
  found.push({ path, ...(before && { before }), ...(after && { after }) });
}

function partsByName(value: unknown): Map<string, unknown> | undefined {
  const parts = partsOf(value);
  return parts && new Map(parts.slice(0, parts.count));
}

function at(parts: Map<string, unknown>, name: string): Change['before'] {
  return parts.has(name) ? { value: parts.get(name) } : undefined;
}

/** Whether both are of one kind, so that their parts can be compared. */
function isAlike(one: unknown, other: unknown): boolean {
  return Object.prototype.toString.call(one) === Object.prototype.toString.call(other);
}
