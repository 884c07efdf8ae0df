import { check, isObject, must } from '../arguments.js';
import { JournalError, ProjectionError, said, type JournalErrorCode } from '../errors.js';
import type { FailedEvent, ProjectionSettings, Recourse, SkippedEvent } from './types.js';

/** What an event is to be blamed for; the rest is the storage's. */
const BLAMED: readonly JournalErrorCode[] = [
  'invalid-argument',
  'unencodable',
  'undecodable',
  'unsupported-schema',
  'projection',
];

/** Timers that are asked for more go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

const isWait = (ms: unknown): boolean => Number.isFinite(ms) && Number(ms) >= 0;

const isRecourse = must(
  '"stop", "skip" or { retryAfterMs }, a finite number from 0 on',
  (value) =>
    value === 'stop' ||
    value === 'skip' ||
    (isObject(value) === undefined && isWait((value as { retryAfterMs: unknown }).retryAfterMs)),
);

/** What `again` gives, which is tried as often as the projection says; or that the event is passed over. */
export async function recourse<T>(
  settings: ProjectionSettings,
  event: FailedEvent,
  error: ProjectionError,
  signal: AbortSignal,
  again: () => Promise<T>,
): Promise<T | 'skip'> {
  for (let attempts = 1; ; attempts++) {
    const answer = await ask(settings, event, error, attempts);
    if (answer === 'stop') throw error;
    if (answer === 'skip') return answer;
    await pause(answer.retryAfterMs, signal);
    try {
      return await again();
    } catch (failure) {
      if (!(failure instanceof ProjectionError)) throw failure;
      error = failure;
    }
  }
}

async function ask(settings: ProjectionSettings, event: FailedEvent, error: Error, attempts: number): Promise<Recourse> {
  try {
    const answer = (await settings.onFailure?.(event, error, attempts)) ?? 'stop';
    check('onFailure: its answer', answer, isRecourse);
    return answer;
  } catch (why) {
    throw failedAt(settings, event, why);
  }
}

/** The error of an event, unless it is the storage that has failed. */
export function failed(settings: ProjectionSettings, event: FailedEvent, cause: unknown): unknown {
  return cause instanceof JournalError && !BLAMED.includes(cause.code) ? cause : failedAt(settings, event, cause);
}

export function failedAt({ name }: ProjectionSettings, event: FailedEvent, cause: unknown): ProjectionError {
  const { persistenceId, sequenceNr, position } = event;
  const message = `the projection ${JSON.stringify(name)} has failed at position ${position}: ${said(cause)}`;
  return new ProjectionError(message, { cause, persistenceId, sequenceNr, position });
}

export function skipped({ persistenceId, sequenceNr, position }: FailedEvent, error: Error): SkippedEvent {
  return { persistenceId, sequenceNr, position, error: error.message, timestamp: Date.now() };
}

/** Waits for a time, or until the signal's `reason`, which it throws. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const timer = setTimeout(end, Math.min(ms, LONGEST_MS));
  signal.addEventListener('abort', end);
  if (!signal.aborted) await ended;
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
}
