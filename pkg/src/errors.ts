/** What went wrong; the same codes as in Rust. Codes are stable, messages are not. */
export type JournalErrorCode =
  /** Another writer appended first. */
  | 'conflict'
  /** A wrong value; the message names it. */
  | 'invalid-argument'
  /** A value the codec would change or cannot write; the message has its path. */
  | 'unencodable'
  /** Stored bytes that the codec cannot read. */
  | 'undecodable'
  /** Events are missing or out of order, or a row is not what was written. */
  | 'integrity'
  /** A snapshot that no events stand behind, or that is not what was written. */
  | 'snapshot-integrity'
  /** A projection has failed at an event, of which nothing is in its tables. */
  | 'projection'
  /** The database was in use for longer than `busyTimeoutMs`. */
  | 'busy'
  /** The disk or the quota is full. */
  | 'full'
  /** The file is damaged or not a journal, or holds what would run when it is written to. */
  | 'corrupt'
  /** The file was written by a newer version of this package. */
  | 'newer-version'
  /** An event or a state whose manifest, or version of it, this program does not know. */
  | 'unsupported-schema'
  /** Another owner has the database open. In a page that is no tab or worker of this package: they share. */
  | 'locked'
  /** The file cannot be written. */
  | 'read-only'
  /** The path lies in a directory that does not exist, or names no file where one is only read. */
  | 'not-found'
  /** There is no place to store here (the path is a directory), or what serves it did not load. */
  | 'storage-unavailable'
  /**
   * In JavaScript alone: the tab or worker that has the database open has not answered within
   * `leaderTimeoutMs`. Of an append or a state's change the error has the `token`: its outcome is unknown.
   */
  | 'leader-unresponsive'
  /** A write whose outcome is unknown; of an append or a state's change the error has the `token`. */
  | 'lost'
  /** An earlier commit failed half-way: reopen. */
  | 'poisoned'
  /** The operating system reported another failure. */
  | 'io'
  /** The journal or the store was closed. */
  | 'closed'
  /** A fault of this package. */
  | 'internal';

/** Where an error happened, and what caused it. */
export interface JournalErrorDetails {
  readonly cause?: unknown;
  readonly persistenceId?: string;
  readonly sequenceNr?: number;
  readonly token?: string;
}

/** A failed call, told apart by its `code`. */
export class JournalError extends Error {
  override name = 'JournalError';
  readonly code: JournalErrorCode;
  /** The stream, or the durable state, it happened in, where there is one. */
  declare readonly persistenceId: string | undefined;
  /** The seq it happened at, or the state's revision, where there is one. */
  declare readonly sequenceNr: number | undefined;
  /** Of a `lost` or `leader-unresponsive` append or change: its {@link AppendOptions.token}, to repeat it with. */
  declare readonly token: string | undefined;

  constructor(code: JournalErrorCode, message: string, details: JournalErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    const { persistenceId, sequenceNr, token } = details;
    // What is not known is not shown where the error is printed.
    if (persistenceId !== undefined) this.persistenceId = persistenceId;
    if (sequenceNr !== undefined) this.sequenceNr = sequenceNr;
    if (token !== undefined) this.token = token;
  }
}

/**
 * The append was based on another head than the stream has, or the change of a durable state on
 * another revision, which then stand in place of the seqs. Nothing was written.
 */
export class JournalConcurrencyError extends JournalError {
  override name = 'JournalConcurrencyError';
  declare readonly persistenceId: string;
  readonly expectedSeq: number;
  readonly actualSeq: number;

  constructor(
    message: string,
    details: JournalErrorDetails & { persistenceId: string; expectedSeq: number; actualSeq: number },
  ) {
    super('conflict', message, details);
    this.expectedSeq = details.expectedSeq;
    this.actualSeq = details.actualSeq;
  }
}

/** Events are missing, out of order, or outside what numbers hold exactly. */
export class JournalIntegrityError extends JournalError {
  override name = 'JournalIntegrityError';

  constructor(message: string, details?: JournalErrorDetails) {
    super('integrity', message, details);
  }
}

/** A snapshot that does not belong to the events of its stream. */
export class SnapshotIntegrityError extends JournalError {
  override name = 'SnapshotIntegrityError';

  constructor(message: string, details?: JournalErrorDetails) {
    super('snapshot-integrity', message, details);
  }
}

/** A projection has failed at an event. Nothing of the event is in its tables. */
export class ProjectionError extends JournalError {
  override name = 'ProjectionError';
  /** Where the event stands in the journal; 0 where the tables could not be made. */
  readonly position: number;

  constructor(message: string, details: JournalErrorDetails & { position: number }) {
    super('projection', message, details);
    this.position = details.position;
  }
}

/** Whether `error` is a {@link JournalError} with this code. */
export function hasCode(error: unknown, code: JournalErrorCode): error is JournalError {
  return error instanceof JournalError && error.code === code;
}

/** Another writer appended first: read the stream again, then decide again. */
export function isConflict(error: unknown): error is JournalConcurrencyError {
  return error instanceof JournalConcurrencyError;
}

/** The database was in use for too long: try again. */
export function isBusy(error: unknown): error is JournalError {
  return hasCode(error, 'busy');
}

/** Another owner has the database open. */
export function isLocked(error: unknown): error is JournalError {
  return hasCode(error, 'locked');
}

/** The disk or the quota is full: nothing was written. */
export function isFull(error: unknown): error is JournalError {
  return hasCode(error, 'full');
}

/** The write may or may not be stored: repeat it, with the error's `token` where it has one. */
export function isLost(error: unknown): error is JournalError {
  return hasCode(error, 'lost');
}

/**
 * The tab or worker that has the database open does not answer: try again. A write may be stored: repeat
 * it with the error's `token`.
 */
export function isLeaderUnresponsive(error: unknown): error is JournalError {
  return hasCode(error, 'leader-unresponsive');
}

/** The journal or the store was closed. */
export function isClosed(error: unknown): error is JournalError {
  return hasCode(error, 'closed');
}

/** The cause of errors of a handle whose worker is gone: opening again gives a new one. */
export class HandleGone extends Error {
  override name = 'HandleGone';
}

/** What an error says, whatever was thrown: also what has no text, or throws when it is asked for it. */
export function said(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'something without a text';
  }
}
