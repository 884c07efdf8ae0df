import { isPositive, must, oneOf, type Checks } from '../arguments.js';

/**
 * What becomes of an actor whose `onCommand` or callback throws, or whose `onEvent` does:
 *
 * - `'restart'`: a new one takes its place and recovers from the journal.
 * - `'resume'`: it goes on with the state of the last stored event. Where `onEvent` threw there is
 *   no such state, and it is restarted.
 * - `'stop'`: it is stopped, and the commands that wait are rejected.
 *
 * Commands that wait stay unless it stops, and the one that failed is never run again.
 */
export type FailurePolicy = 'resume' | 'restart' | 'stop';

/** How an actor is run. */
export interface ActorOptions {
  /** Default `'restart'`. */
  readonly failurePolicy?: FailurePolicy;
  /** How many commands may wait. Default 10,000. */
  readonly mailboxSize?: number;
  /** How long an actor without commands stays in memory, at most 2,147,483,647. Default: for ever. */
  readonly passivateAfterMs?: number;
}

/** How the actors of a system are run; {@link ActorSystem.spawn} may say otherwise for one. */
export interface ActorSystemOptions extends ActorOptions {
  /** How many actors recover at the same time; the others wait in line. Default 64. */
  readonly maxRecoveries?: number;
  /**
   * How many actors stay in memory: beyond, the least recently used that has nothing to do is
   * passivated. Default: all.
   */
  readonly maxActive?: number;
}

/** Timers that are asked for more go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const isDuration = must(
  `a whole number of milliseconds from 1 to ${LONGEST_MS}`,
  (v) => Number.isInteger(v) && Number(v) > 0 && Number(v) <= LONGEST_MS,
);

export const ACTOR_OPTIONS: Checks<ActorOptions> = {
  failurePolicy: oneOf('resume', 'restart', 'stop'),
  mailboxSize: isPositive,
  passivateAfterMs: isDuration,
};

export const SYSTEM_OPTIONS: Checks<ActorSystemOptions> = {
  ...ACTOR_OPTIONS,
  maxRecoveries: isPositive,
  maxActive: isPositive,
};

/** The options of an actor, each of them settled. */
export interface Manner {
  readonly failurePolicy: FailurePolicy;
  readonly mailboxSize: number;
  readonly passivateAfterMs: number;
}

const DEFAULT: Manner = { failurePolicy: 'restart', mailboxSize: 10_000, passivateAfterMs: Infinity };

export function mannerOf(options: ActorOptions, base: Manner = DEFAULT): Manner {
  const {
    failurePolicy = base.failurePolicy,
    mailboxSize = base.mailboxSize,
    passivateAfterMs = base.passivateAfterMs,
  } = options;
  return { failurePolicy, mailboxSize, passivateAfterMs };
}
