import { check } from '../arguments.js';
import type { Envelope } from './cell.js';
import { ActorError } from './errors.js';
import { isDuration } from './options.js';
import { complain } from './report.js';

const ASK_TIMEOUT_MS = 5000;

/** What takes the commands of a ref. */
export interface Recipient<Command, Reply> extends Stoppable {
  post(envelope: Envelope<Command, Reply>): void;
}

/** An actor of any kind. */
export interface Stoppable {
  stop(why: 'stopped' | 'terminated'): Promise<void>;
}

/** What stands behind a ref. */
export let recipientOf: <Command, Reply>(ref: ActorRef<Command, Reply>) => Recipient<Command, Reply>;

/**
 * What an actor is spoken to through. It stays good while the actor is restarted, or passivated and
 * recovered.
 */
export class ActorRef<Command, Reply = unknown> {
  readonly name: string;
  readonly #recipient: Recipient<Command, Reply>;

  static {
    recipientOf = (ref) => ref.#recipient;
  }

  /** Made by {@link ActorSystem.spawn}. */
  constructor(name: string, recipient: Recipient<Command, Reply>) {
    this.name = name;
    this.#recipient = recipient;
  }

  /** Sends a command. Its answer is dropped; a failure or rejection is reported on the console. */
  tell(command: Command): void {
    this.#recipient.post({ command, resolve: () => undefined, reject: (error) => this.#report(error) });
  }

  /**
   * Sends a command and resolves with the actor's reply, when all that the command asked for is
   * stored. A command that the actor does not reply to resolves with `undefined`.
   *
   * @param timeoutMs how long to wait, at most 2,147,483,647. Default 5000. The command itself is
   *   not called off; what it is rejected with later is reported on the console.
   * @throws what the command was rejected with or has thrown, before anything of it was stored;
   *   the {@link JournalError} of its append or change, of which nothing is stored unless it is `lost`
   *   or `leader-unresponsive`;
   *   {@link ActorError}, whose code says whether the command was carried out, and `stored` that it
   *   must not be repeated; `invalid-argument` for another timeout.
   */
  ask(command: Command, timeoutMs: number = ASK_TIMEOUT_MS): Promise<Reply> {
    return new Promise((resolve, reject) => {
      check('ask: timeoutMs', timeoutMs, isDuration);
      const message = `no answer from the actor ${JSON.stringify(this.name)} in ${timeoutMs} ms`;
      let fail = reject;
      const timer = setTimeout(() => {
        fail = (error) => this.#report(error);
        reject(new ActorError('timeout', message));
      }, timeoutMs);
      this.#recipient.post({
        command,
        resolve: (answer) => (clearTimeout(timer), resolve(answer as Reply)),
        reject: (error) => (clearTimeout(timer), fail(error)),
      });
    });
  }

  #report(error: unknown): void {
    complain(`a command to the actor ${JSON.stringify(this.name)} failed:`, error);
  }
}
