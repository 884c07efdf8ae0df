import { said } from '../errors.js';
import { ActorError } from './errors.js';

/**
 * What a turn means for the actor:
 *
 * - `goes-on`: nothing, its state is the stored one.
 * - `failed`: its code threw. Its state is the stored one.
 * - `broken`: its code threw and its state is not the stored one.
 * - `stops`: it asked for that, or cannot know what is stored.
 */
export type Verdict = 'goes-on' | 'failed' | 'broken' | 'stops';

/** What came of a turn: an answer or an error, and what it means for the actor. */
export type Outcome<Reply> =
  | { readonly verdict: Verdict; readonly answer: Reply | undefined }
  | { readonly verdict: Verdict; readonly error: unknown };

/** Thrown in a turn by what is not the actor's code, or broke more than the turn. */
export class TurnFailure {
  readonly error: unknown;
  readonly verdict: Verdict;

  constructor(error: unknown, verdict: Verdict) {
    this.error = error;
    this.verdict = verdict;
  }
}

/** What a turn had come to when something was thrown in it. */
interface Progress {
  /** Whether some of what the command asked for is stored. */
  readonly stored: boolean;
  /** Whether the actor has asked to be stopped. */
  readonly stops: boolean;
}

/** The outcome of a turn in which something was thrown. */
export function failedTurn(thrown: unknown, { stored, stops }: Progress): { error: unknown; verdict: Verdict } {
  const failure = thrown instanceof TurnFailure ? thrown : new TurnFailure(thrown, 'failed');
  const verdict = stops ? 'stops' : failure.verdict;
  return { error: stored ? behindStored('it failed', failure.error) : failure.error, verdict };
}

/** Who repeats a command that ends with this does again what is stored of it. */
export function behindStored(what: string, cause: unknown): ActorError {
  const message = `some of what the command asked for is stored, and then ${what}: ${said(cause)}`;
  return new ActorError('stored', message, { cause });
}
