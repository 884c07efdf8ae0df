import type { ActorSystem } from 'actor-journal';
import { must, mustBeFunction } from './arguments.js';
import { LiveState, type Source } from './live-state.js';
import { Recovering } from './recovering.js';
import { hasMethods } from './shape.js';
import { Tenancy, type Create } from './tenancy.js';

/** The longest timeout there is: 24 days. */
const FOR_EVER = 2 ** 31 - 1;

/** The state of a persistent actor, and the way to send it commands. Made by {@link liveActor}. */
export class LiveActor<Command, State, Reply> extends LiveState<State> {
  /**
   * Sends a command, and answers as {@link ActorRef.ask} does. The state that a reply tells of is shown soon
   * behind it.
   *
   * Where another tab has appended to the stream meanwhile, which is a conflict that stops an actor, the
   * actor recovers and is given the command again, up to 20 times: `onCommand` may run more than once for a
   * command of which nothing is stored.
   *
   * @param timeoutMs how long to wait each time, at most 2,147,483,647. Default 5000.
   */
  readonly ask: (command: Command, timeoutMs?: number) => Promise<Reply>;

  /** Sends a command as {@link ask} does. Its answer is dropped; a failure is reported on the console. */
  readonly tell: (command: Command) => void;

  /** @internal */
  constructor(name: string, recovering: Source<State>, tenancy: () => Tenancy<Command, Reply>) {
    super({
      state: () => recovering.state(),
      follow: async (signal, told) => during(tenancy(), () => recovering.follow(signal, told)),
    });
    this.ask = async (command, timeoutMs) => {
      const asked = tenancy();
      return during(asked, () => asked.ask(command, timeoutMs));
    };
    this.tell = (command) => {
      const complain = (error: unknown): void => console.error(`a command to the actor ${JSON.stringify(name)} failed:`, error);
      this.ask(command, FOR_EVER).catch(complain);
    };
  }
}

/**
 * The state of a persistent actor as its events are written, by this tab or another one, and a way to send it
 * commands.
 *
 * The state is recovered from the system's journal and snapshot store with an actor of its own, when somebody
 * subscribes, and follows the stream from there. The actor that takes the commands is spawned with the first
 * one, is one and the same for all that name it, and is stopped behind its commands when nobody subscribes or
 * asks any more.
 *
 * @param create makes the actor; it is called more often than once.
 * @param name of the running actor in the system, which nobody else has spawned: while the actor of another
 *   persistence id has it, commands fail with `name-taken`.
 * @throws `invalid-argument` for what is no system, no function or no name, and where `create` makes no
 *   persistent actor; what `create` throws.
 * @example
 * ```ts
 * const account = liveActor(system, () => new Account('account-1'), 'account-1');
 * account.subscribe(() => show(account.getSnapshot().state.balance));
 * await account.ask({ deposit: 5 });
 * ```
 */
export function liveActor<Command, Event, State, Reply>(
  system: ActorSystem,
  create: Create<Command, Event, State, Reply>,
  name: string,
): LiveActor<Command, State, Reply> {
  must('liveActor: system', 'an ActorSystem', system, hasMethods(system, 'extension', 'spawn'));
  mustBeFunction('liveActor: create', create);
  must('liveActor: name', 'a string', name, typeof name === 'string');
  const actor = create();
  must('liveActor: what create makes', 'a PersistentActor', actor, hasMethods(actor, 'initialState', 'onEvent', 'onCommand'));
  const tenancy = (): Tenancy<Command, Reply> => Tenancy.of(system, create, name, actor.persistenceId);
  return new LiveActor(name, new Recovering<Event, State>(system, actor), tenancy);
}

async function during<Answer>(tenancy: Tenancy<never, unknown>, use: () => Promise<Answer>): Promise<Answer> {
  const leave = tenancy.enter();
  try {
    return await use();
  } finally {
    leave();
  }
}
