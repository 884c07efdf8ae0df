/** Why an actor could not be started, or did not take or carry out a command. Codes are stable. */
export type ActorErrorCode =
  /** Too many commands wait already: this one was not taken. */
  | 'mailbox-full'
  /** No answer in time; the command may still be carried out, the actor still stop. */
  | 'timeout'
  /** The actor was stopped, and did not carry out the command; the cause says why, if it failed. */
  | 'stopped'
  /** The system was terminated. */
  | 'terminated'
  /** The actor's state could not be recovered: nothing was carried out. The cause says why. */
  | 'not-recovered'
  /**
   * Some of what the command asked for is stored, and then it failed or was rejected: do not repeat
   * it. The cause says why.
   */
  | 'stored'
  /** Events that no kept snapshot covers cannot be deleted. */
  | 'not-covered'
  /** An actor of this name is running. */
  | 'name-taken'
  /** An actor in memory under another name has this persistence id. */
  | 'id-taken'
  /** A snapshot was asked for in a system that has no snapshot store. */
  | 'no-snapshot-store'
  /** The system has no journal yet. */
  | 'no-journal'
  /** The system has no store for durable states yet. */
  | 'no-state-store';

/** What went wrong with an actor, told apart by its `code`. */
export class ActorError extends Error {
  override name = 'ActorError';
  readonly code: ActorErrorCode;

  constructor(code: ActorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
