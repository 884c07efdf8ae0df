/** The core's rules for tags, told here with the place of what breaks them. */
import { fieldsOf, listOf, must, type Check } from './arguments.js';
import type { TagFilter } from './types.js';

/** Of an event, each counted once, or of a filter. */
const MOST = 64;

const isTag = must(
  'a string of 1 to 255 characters without commas and control characters',
  (v) => typeof v === 'string' && v.isWellFormed() && /^[^,\p{Cc}]{1,255}$/u.test(v),
);
const areTags = listOf(isTag);
const areLists = fieldsOf<Exclude<TagFilter, string>>({ all: areTags, any: areTags, not: areTags });

/** The tags of an entry. */
export const isTags: Check = (value) => areTags(value) ?? few(new Set(value as readonly string[]).size);

/** A {@link TagFilter}. */
export const isFilter: Check = (value) => {
  if (typeof value === 'string') return isTag(value);
  const wrong = areLists(value);
  if (wrong !== undefined) return wrong;
  const { all = [], any = [], not = [] } = value as Exclude<TagFilter, string>;
  const count = all.length + any.length + not.length;
  return count === 0 ? ' asks nothing' : few(count);
};

const few = (count: number): string | undefined =>
  count > MOST ? ` must be at most ${MOST} tags, not ${count}` : undefined;
