import { check, must } from '../arguments.js';
import type { Envelope } from './cell.js';
import { ActorError } from './errors.js';

const ASK_TIMEOUT_MS = 5000;

/** Timers that are asked for more go off at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

const isTimeout = must(
  `a whole number of milliseconds from 1 to ${LONGEST_TIMEOUT_MS}`,
  (v) => Number.isInteger(v) && Number(v) > 0 && Number(v) <= LONGEST_TIMEOUT_MS,
);

/** What an actor is spoken to through. */
export class ActorRef<Command> {
  readonly name: string;
  readonly #post: (envelope: Envelope<Command>) => void;

  /** Made by {@link ActorSystem.spawn}. */
  constructor(name: string, post: (envelope: Envelope<Command>) => void) {
    this.name = name;
    this.#post = post;
  }

  /** Sends a command. Its answer is dropped; a failure is reported on the console. */
  tell(command: Command): void {
    const reject = (error: unknown): void =>
      console.error(`a command to the actor ${JSON.stringify(this.name)} failed:`, error);
    this.#post({ command, resolve: () => undefined, reject });
  }

  /**
   * Sends a command and resolves with the actor's reply, when all that the command asked for is
   * stored.
   *
   * @param timeoutMs how long to wait, at most 2,147,483,647. Default 5000. The command itself is
   *   not called off.
   * @throws `invalid-argument` for another timeout, and nothing is sent; what the command threw; the {@link JournalError} of its append; {@link ActorError}
   *   `timeout`, `mailbox-full` or `stopped`.
   */
  ask<Reply = unknown>(command: Command, timeoutMs: number = ASK_TIMEOUT_MS): Promise<Reply> {
    return new Promise((resolve, reject) => {
      check('ask: timeoutMs', timeoutMs, isTimeout);
      const message = `no answer from the actor ${JSON.stringify(this.name)} in ${timeoutMs} ms`;
      const timer = setTimeout(() => reject(new ActorError('timeout', message)), timeoutMs);
      this.#post({
        command,
        resolve: (answer) => (clearTimeout(timer), resolve(answer as Reply)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      });
    });
  }
}
