import {
  ActorError,
  ActorSystem,
  becomes,
  everyNEvents,
  migrations,
  PersistentActor,
  retired,
  stateMigrations,
  withDefaults,
  type ActorRef,
  type EventAdapter,
  type RecoveryProgress,
  type Retention,
  type SnapshotPolicy,
} from 'actor-journal';

type Command = { readonly kind: 'deposit' | 'withdraw'; readonly cents: number } | { readonly kind: 'look' };

interface Deposited {
  readonly kind: 'deposited';
  readonly cents: number;
}

interface State {
  readonly balance: number;
}

/** What was stored before amounts were in cents. */
interface DepositedV1 {
  readonly euros: number;
}

class Account extends PersistentActor<Command, Deposited, State, number> {
  constructor(readonly persistenceId: string) {
    super();
  }

  initialState(): State {
    return { balance: 0 };
  }

  onEvent({ balance }: State, { cents }: Deposited): State {
    return { balance: balance + cents };
  }

  onCommand(state: State, command: Command): void {
    if (command.kind === 'look') return this.reply(state.balance);
    if (command.kind === 'withdraw') return this.reject(new Error(`not behind ${this.lastSeq}`));
    this.persist({ kind: 'deposited', cents: command.cents }, ({ balance }) => this.reply(balance));
    this.persistAll([], async ({ balance }) => void balance.toFixed());
    // @ts-expect-error There is no such event.
    this.persist({ kind: 'withdrawn', cents: 1 });
    // @ts-expect-error Replies are numbers.
    this.reply('5');
    // @ts-expect-error A state has no such property.
    this.persist({ kind: 'deposited', cents: 1 }, ({ owner }) => this.reply(owner));
  }

  override onRecoveryProgress({ seq, head }: RecoveryProgress): void {
    console.log(seq / head);
  }

  override snapshotPolicy(): SnapshotPolicy<Deposited, State> {
    return this.persistenceId ? everyNEvents(10) : (seq, { balance }, { cents }) => seq + balance > cents;
  }

  override retention(): Retention {
    return 'compact';
  }

  override tagsFor({ kind }: Deposited): readonly string[] {
    return [kind];
  }

  override eventAdapter(): EventAdapter<Deposited> {
    return migrations<Deposited>({
      manifestOf: ({ kind }) => kind,
      upcasters: {
        deposited: [({ euros }: DepositedV1) => ({ cents: 100 * euros }), withDefaults({ kind: 'deposited' })],
        moved: [({ euros }: DepositedV1) => becomes({ manifest: 'deposited', version: 1, event: { euros } })],
        audited: [retired],
      },
      unnamed: (event: DepositedV1) => ({ manifest: 'deposited', event }),
    });
  }

  override snapshotAdapter() {
    return stateMigrations<State>({ manifest: 'account', upcasters: [(balance: number): State => ({ balance })] });
  }
}

/** Answers anything. */
abstract class Anything extends PersistentActor<'go', string, string> {}

type IsAny<T> = 0 extends 1 & T ? true : false;

export async function use(system: ActorSystem, anything: () => Anything): Promise<number> {
  const ref = system.spawn(() => new Account('a'), 'a', { failurePolicy: 'resume', passivateAfterMs: 60_000 });
  const same: ActorRef<Command, number> = ref;
  const checked: IsAny<Parameters<typeof ref.ask>[0]> | IsAny<Awaited<ReturnType<typeof ref.ask>>> = false;
  ref.tell({ kind: 'deposit', cents: 5 });
  const balance: number = await same.ask({ kind: 'look' }, 1000);
  await system.stop(ref);
  // @ts-expect-error There is no such command.
  ref.tell({ kind: 'steal', cents: 5 });
  // @ts-expect-error A command lacks its amount.
  await ref.ask({ kind: 'deposit' });
  // @ts-expect-error Replies are numbers.
  const text: string = await ref.ask({ kind: 'look' });
  // @ts-expect-error A reply is unknown until its type is named.
  const length: number = await system.spawn(anything, 'b').ask('go');
  // @ts-expect-error An actor is made by a function.
  system.spawn(new Account('a'), 'a');
  // @ts-expect-error There is no such policy.
  system.spawn(() => new Account('a'), 'a', { failurePolicy: 'ignore' });
  // @ts-expect-error Only an actor persists its events.
  new Account('a').persist({ kind: 'deposited', cents: 1 });
  // @ts-expect-error There is no such option.
  ActorSystem.create('bank', { mailbox: 1 });
  return checked ? 0 : balance + text.length + length;
}

export function code(error: unknown): 'full' | 'other' {
  // @ts-expect-error There is no such code.
  if (error instanceof ActorError && error.code === 'mailbox-empty') return 'other';
  return error instanceof ActorError && error.code === 'mailbox-full' ? 'full' : 'other';
}
