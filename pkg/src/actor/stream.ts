import { check } from '../arguments.js';
import { isTags } from '../arguments-tags.js';
import { plainEvents, plainStates } from '../evolve-plain.js';
import type { EventAdapter, SnapshotAdapter } from '../evolve.js';
import { isConflict, JournalConcurrencyError, JournalError, type JournalErrorCode } from '../errors.js';
import type { Journal, JournalEntry, PersistentEvent, Snapshot, SnapshotStore } from '../types.js';
import { appendRepeating } from './append.js';
import { ActorError } from './errors.js';
import { TurnFailure } from './outcome.js';
import type { PersistenceOptions } from './persistence.js';
import type { PersistentActor } from './persistent-actor.js';
import type { Retention } from './policy.js';

/** After these it is not known where the stream ends. */
const UNKNOWN: readonly JournalErrorCode[] = ['lost', 'internal'];

/** What an actor says of its stream. */
type Subject<Event, State> = Pick<
  PersistentActor<unknown, Event, State>,
  'persistenceId' | 'tagsFor' | 'eventAdapter' | 'snapshotAdapter'
>;

/** The events and snapshots of one actor, through its adapters. */
export class Stream<Event, State> {
  readonly id: string;
  readonly #actor: Subject<Event, State>;
  readonly #journal: Journal;
  readonly #snapshots: SnapshotStore | undefined;
  readonly #events: EventAdapter<Event>;
  readonly #states: SnapshotAdapter<State>;

  constructor(actor: Subject<Event, State>, persistence: PersistenceOptions) {
    this.id = actor.persistenceId;
    this.#actor = actor;
    this.#journal = persistence.journal;
    this.#snapshots = persistence.snapshotStore;
    this.#events = actor.eventAdapter() ?? plainEvents();
    this.#states = actor.snapshotAdapter() ?? plainStates();
  }

  head(): Promise<number> {
    return this.#journal.highestSeq(this.id);
  }

  replay(fromSeq: number, toSeq: number): AsyncIterable<PersistentEvent> {
    return this.#journal.replay(this.id, { fromSeq, toSeq });
  }

  /** The actor's events in a stored one. */
  read(stored: PersistentEvent): readonly Event[] {
    return this.#events.fromJournal(stored);
  }

  async latestSnapshot(): Promise<{ state: State; seq: number } | undefined> {
    const stored: Snapshot | undefined = await this.#snapshots?.loadLatest(this.id);
    return stored && { state: this.#states.fromJournal(stored), seq: stored.sequenceNr };
  }

  /**
   * Appends events behind `seq`, and answers what is stored.
   *
   * @throws {@link TurnFailure}, but for what the actor's own code throws.
   */
  async append(events: readonly Event[], seq: number): Promise<PersistentEvent[]> {
    const entries = this.#entries(events);
    try {
      return await appendRepeating(this.#journal, this.id, entries, seq);
    } catch (error) {
      throw failedAppend(error);
    }
  }

  async saveSnapshot(seq: number, state: State, retention: Retention): Promise<void> {
    const store = this.#snapshots;
    if (!store) throw new ActorError('no-snapshot-store', 'the system has no snapshot store');
    const { state: stored, ...manifest } = this.#states.toJournal(state);
    if (retention === 'keep') await store.save(this.id, seq, stored, manifest);
    else await store.saveAndCompact(this.id, seq, stored, this.#journal, manifest);
  }

  /** @throws {@link TurnFailure}: the actor goes on. */
  async deleteHistory(toSeq: number, seq: number): Promise<void> {
    try {
      const through = Math.min(toSeq, seq);
      const cover = await this.#snapshots?.load(this.id, { minSeq: through, maxSeq: seq });
      if (!cover) throw notCovered(this.id, through);
      await this.#journal.delete(this.id, through);
    } catch (error) {
      throw new TurnFailure(error, 'goes-on');
    }
  }

  /** What an adapter refuses is refused as the journal would have: the actor goes on. */
  #entries(events: readonly Event[]): JournalEntry[] {
    try {
      return events.map((event) => this.#entry(event));
    } catch (error) {
      throw error instanceof JournalError ? new TurnFailure(error, 'goes-on') : error;
    }
  }

  #entry(event: Event): JournalEntry {
    const entry = this.#events.toJournal(event);
    const own = this.#actor.tagsFor(event);
    check('tagsFor: what it returns', own, isTags);
    const tags = [...own, ...(entry.tags ?? [])];
    return tags.length > 0 ? { ...entry, tags } : entry;
  }
}

function failedAppend(error: unknown): TurnFailure {
  if (isConflict(error)) return new TurnFailure(ownedByAnother(error), 'stops');
  const isRejected = error instanceof JournalError && !UNKNOWN.includes(error.code);
  return new TurnFailure(error, isRejected ? 'goes-on' : 'stops');
}

function ownedByAnother(conflict: JournalConcurrencyError): JournalConcurrencyError {
  const { persistenceId, expectedSeq, actualSeq } = conflict;
  const message =
    `another writer owns the stream ${JSON.stringify(persistenceId)}: ` +
    `it is at seq ${actualSeq}, not at ${expectedSeq}, where this actor left it`;
  return new JournalConcurrencyError(message, { persistenceId, expectedSeq, actualSeq, cause: conflict });
}

function notCovered(id: string, through: number): ActorError {
  const message = `no kept snapshot of ${JSON.stringify(id)} covers its events up to ${through}: they stay`;
  return new ActorError('not-covered', message);
}
