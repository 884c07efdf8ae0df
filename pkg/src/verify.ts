import { checkOptions, type Checks } from './arguments.js';
import { LONG } from './arguments-long.js';
import type { LongOptions, Progress } from './types-long.js';
import type { Verification } from './types-verification.js';

/** The most problems that are named. */
const MAX_PROBLEMS = 100;

const NOTHING: Found = { streams: 0, events: 0, tags: 0, states: 0, unchecked: 0, opaque: 0, found: 0, problems: [] };

type Found = Omit<Verification, 'sound'>;

/** A part of a check, as a binding answers it in JSON text, and where the next one begins. */
interface VerificationPart {
  readonly found: Found;
  readonly progress: Progress;
  readonly next?: string;
}

/**
 * All parts of a check, one after the other.
 *
 * @param ask for the part that begins at a cursor; the first one at an empty text.
 */
export async function verified(
  ask: (cursor: string) => Promise<string>,
  options: LongOptions,
  checks: Checks<LongOptions> = LONG,
): Promise<Verification> {
  checkOptions('verify', options, checks);
  let whole = NOTHING;
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    options.signal?.throwIfAborted();
    const { found, progress, next } = JSON.parse(await ask(cursor)) as VerificationPart;
    whole = sum(whole, found);
    options.onProgress?.(progress);
    cursor = next;
  }
  return { sound: whole.found === 0, ...whole };
}

function sum(whole: Found, part: Found): Found {
  return {
    streams: whole.streams + part.streams,
    events: whole.events + part.events,
    tags: whole.tags + part.tags,
    states: whole.states + part.states,
    unchecked: whole.unchecked + part.unchecked,
    opaque: whole.opaque + part.opaque,
    found: whole.found + part.found,
    problems: [...whole.problems, ...part.problems].slice(0, MAX_PROBLEMS),
  };
}
