import {
  DurableStateActor,
  InMemoryDurableStateStore,
  PersistenceExtensionId,
  stateMigrations,
  type Actor,
  type ActorRef,
  type ActorSystem,
  type DurableStateStore,
  type SnapshotAdapter,
} from 'actor-journal';

type Command = { readonly kind: 'add'; readonly item: string } | { readonly kind: 'empty' };

interface Cart {
  readonly items: readonly string[];
}

class Carts extends DurableStateActor<Command, Cart, number> {
  constructor(readonly persistenceId: string) {
    super();
  }

  initialState(): Cart {
    return { items: [] };
  }

  onCommand({ items }: Cart, command: Command): void {
    if (command.kind === 'empty') return this.deleteState((cart) => this.reply(cart.items.length));
    this.save({ items: [...items, command.item] }, (cart) => this.reply(cart.items.length + this.revision));
    // @ts-expect-error A state has items.
    this.save({});
    // @ts-expect-error Replies are numbers.
    this.reply('5');
    // @ts-expect-error There are no events.
    this.persist({ kind: 'added' });
  }

  override onRecoveryComplete({ items }: Cart): void {
    if (items.length > 10) this.deleteState();
  }

  override stateAdapter(): SnapshotAdapter<Cart> {
    return stateMigrations<Cart>({ manifest: 'cart', upcasters: [(items: string[]): Cart => ({ items })] });
  }
}

type IsAny<T> = 0 extends 1 & T ? true : false;

export async function use(system: ActorSystem, store: DurableStateStore): Promise<number> {
  system.extension(PersistenceExtensionId).configure({ stateStore: new InMemoryDurableStateStore() });
  system.extension(PersistenceExtensionId).setStateStore(store);
  const ref = system.spawn(() => new Carts('a'), 'a', { failurePolicy: 'stop' });
  const same: ActorRef<Command, number> = ref;
  const common: Actor<Command, Cart, number> = new Carts('b');
  const checked: IsAny<Parameters<typeof ref.ask>[0]> | IsAny<Awaited<ReturnType<typeof ref.ask>>> = false;
  const count: number = await same.ask({ kind: 'add', item: common.persistenceId });
  // @ts-expect-error There is no such command.
  ref.tell({ kind: 'steal' });
  // @ts-expect-error Replies are numbers.
  const text: string = await ref.ask({ kind: 'empty' });
  // @ts-expect-error Only an actor saves its state.
  new Carts('a').save({ items: [] });
  return checked ? 0 : count + text.length;
}
