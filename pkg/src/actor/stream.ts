import { check, isArray } from '../arguments.js';
import { isTags } from '../arguments-tags.js';
import { isEntry } from '../journal-batch.js';
import { plainEvents, plainStates } from '../evolve-plain.js';
import type { EventAdapter } from '../evolve.js';
import type { Journal, JournalEntry, PersistentEvent, Snapshot, SnapshotStore } from '../types.js';
import { appendRepeating } from './append.js';
import { ActorError } from './errors.js';
import { TurnFailure } from './outcome.js';
import { needed, type PersistenceOptions } from './persistence.js';
import type { EventSourced } from './persistent-actor.js';
import type { Retention } from './policy.js';
import { given, isAdapter, States } from './states.js';
import { adapted, written } from './write.js';

const isGivenEntry = given(isEntry);

/** The events and snapshots of one actor, through its adapters. */
export class Stream<Event, State> {
  readonly id: string;
  readonly journal: Journal;
  readonly #actor: EventSourced<Event, State>;
  readonly #snapshots: SnapshotStore | undefined;
  readonly #events: EventAdapter<Event>;
  readonly #states: States<State>;

  constructor(actor: EventSourced<Event, State>, persistence: PersistenceOptions) {
    this.id = actor.persistenceId;
    this.#actor = actor;
    this.journal = needed(persistence, 'journal', 'no-journal');
    this.#snapshots = persistence.snapshotStore;
    this.#events = actor.eventAdapter() ?? plainEvents();
    check('eventAdapter: what it returns', this.#events, isAdapter);
    this.#states = new States(actor.snapshotAdapter() ?? plainStates(), 'snapshotAdapter');
  }

  head(): Promise<number> {
    return this.journal.highestSeq(this.id);
  }

  replay(fromSeq: number, toSeq: number): AsyncIterable<PersistentEvent> {
    return this.journal.replay(this.id, { fromSeq, toSeq });
  }

  /** The actor's events in a stored one. */
  read(stored: PersistentEvent): readonly Event[] {
    const events = this.#events.fromJournal(stored);
    check('eventAdapter: what fromJournal returns', events, isArray);
    return events;
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
    const entries = adapted(() => events.map((event) => this.#entry(event)));
    return written('stream', 'seq', () => appendRepeating(this.journal, this.id, entries, seq));
  }

  async saveSnapshot(seq: number, state: State, retention: Retention): Promise<void> {
    const store = this.#snapshots;
    if (!store) throw new ActorError('no-snapshot-store', 'the system has no snapshot store');
    const { state: stored, ...manifest } = this.#states.toJournal(state);
    if (retention === 'keep') await store.save(this.id, seq, stored, manifest);
    else await store.saveAndCompact(this.id, seq, stored, this.journal, manifest);
  }

  /** @throws {@link TurnFailure}: the actor goes on. */
  async deleteHistory(through: number, seq: number): Promise<void> {
    try {
      const cover = await this.#snapshots?.load(this.id, { minSeq: through, maxSeq: seq });
      if (!cover) throw notCovered(this.id, through);
      await this.journal.delete(this.id, through);
    } catch (error) {
      throw new TurnFailure(error, 'goes-on');
    }
  }

  #entry(event: Event): JournalEntry {
    const entry = this.#events.toJournal(event);
    check('eventAdapter: what toJournal returns', entry, isGivenEntry);
    const own = this.#actor.tagsFor(event);
    check('tagsFor: what it returns', own, isTags);
    const tags = [...own, ...(entry.tags ?? [])];
    return tags.length > 0 ? { ...entry, tags } : entry;
  }
}

function notCovered(id: string, through: number): ActorError {
  const message = `no kept snapshot of ${JSON.stringify(id)} covers its events up to ${through}: they stay`;
  return new ActorError('not-covered', message);
}
