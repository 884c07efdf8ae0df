import {
  InMemoryJournal,
  isConflict,
  JournalError,
  opfsDriver,
  SqliteJournal,
  SqliteSnapshotStore,
  type Binding,
  type Codec,
  type Driver,
  type Journal,
  type JournalHandle,
  type PersistentEvent,
  type SnapshotStore,
  type SqliteJournalOptions,
  type TagFilter,
} from 'actor-journal';

interface Deposited {
  readonly deposited: number;
}

const options: SqliteJournalOptions = { path: 'events.db', wal: true, synchronous: 'normal', codec: 'cbor' };
const journals: Journal[] = [new SqliteJournal(options), new InMemoryJournal(), new SqliteJournal({ driver: opfsDriver() })];
const snapshots: SnapshotStore = new SqliteSnapshotStore({ path: 'events.db', keepN: 2, onUnreadable: 'older' });
const filter: TagFilter = { all: ['money'], not: ['test'] };
const codec: Codec = { name: 'own', encode: () => new Uint8Array(), decode: (bytes) => bytes.length };

/** A driver of one's own over another one. */
class Watched implements Driver {
  readonly name = 'watched';
  readonly opened: JournalHandle[] = [];
  readonly #driver = opfsDriver();

  async binding(path: string): Promise<Binding> {
    const binding = await this.#driver.binding(path);
    const openJournal: Binding['openJournal'] = async (options) => {
      const handle = await binding.openJournal(options);
      this.opened.push(handle);
      return handle;
    };
    return {
      openJournal,
      openSnapshots: (options) => binding.openSnapshots(options),
      openDurableStates: (options) => binding.openDurableStates(options),
      openRestore: (options, from) => binding.openRestore(options, from),
    };
  }
}

journals.push(new SqliteJournal({ driver: new Watched() }));

export async function balance(journal: Journal): Promise<number> {
  const unsubscribe = journal.events.subscribe((event: PersistentEvent) => console.log(event.position));
  const written = await journal.append<Deposited>('a', [{ event: { deposited: 5 }, tags: ['money'] }], 0);
  const first: number | undefined = written[0]?.event.deposited;
  let sum = 0;
  for await (const { event } of journal.replay<Deposited>('a', { fromSeq: 1, limit: 10 })) sum += event.deposited;
  for await (const { tags = [] } of journal.eventsByTag(filter, { fromPosition: 0 })) sum += tags.length;
  const state: Deposited | undefined = (await snapshots.loadLatest<Deposited>('a'))?.state;
  unsubscribe();
  return sum + (first ?? 0) + (state?.deposited ?? 0);
}

export async function code(journal: Journal): Promise<string> {
  try {
    await journal.append('a', [], 0);
    return journals.length > 0 ? codec.name : '';
  } catch (error) {
    if (isConflict(error)) return `${error.persistenceId} is at ${error.actualSeq}`;
    return error instanceof JournalError ? error.code : 'unknown';
  }
}

// What must not pass.
// @ts-expect-error There is no such option.
new SqliteJournal({ pth: 'events.db' });
// @ts-expect-error There is no such durability.
new SqliteJournal({ synchronous: 'off' });
// @ts-expect-error Tags are an array.
void new InMemoryJournal().append('a', [{ event: 1, tags: 'money' }], 0);
// @ts-expect-error An event is unknown until its type is named.
void new InMemoryJournal().read('a', 1).then(([first]) => first?.event.deposited);
