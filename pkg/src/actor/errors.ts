/** Why an actor did not take or answer a command. */
export type ActorErrorCode =
  /** Too many commands wait already. */
  | 'mailbox-full'
  /** No answer in time; the command may still be carried out. */
  | 'timeout'
  /** The actor was stopped. */
  | 'stopped';

/** A command that an actor did not take or answer, told apart by its `code`. */
export class ActorError extends Error {
  override name = 'ActorError';
  readonly code: ActorErrorCode;

  constructor(code: ActorErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
