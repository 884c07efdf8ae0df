import {
  hasCode,
  PersistenceExtensionId,
  recover,
  type ActorSystem,
  type Journal,
  type PersistentActor,
  type PersistentEvent,
  type Recovered,
} from 'actor-journal';
import { invalid } from './arguments.js';
import type { LiveStatus, Source } from './live-state.js';
import { BATCH, turn } from './turn.js';

/** What an actor says of its events, whatever its commands are. */
type EventSourced<Event, State> = Omit<PersistentActor<unknown, Event, State>, 'onCommand'>;

/** The state of an actor, recovered and followed from there. */
export class Recovering<Event, State> implements Source<State> {
  readonly #system: ActorSystem;
  readonly #actor: EventSourced<Event, State>;
  #recovered: Recovered<State>;

  constructor(system: ActorSystem, actor: EventSourced<Event, State>) {
    this.#system = system;
    this.#actor = actor;
    this.#recovered = { state: actor.initialState(), seq: 0 };
  }

  state(): State {
    return this.#recovered.state;
  }

  /** Whatever cannot be folded on is for a recovery to judge: it fails, or has a snapshot that covers it. */
  async follow(signal: AbortSignal, told: (status: LiveStatus) => void): Promise<void> {
    const { journal, ...stores } = this.#system.extension(PersistenceExtensionId).options;
    if (!journal) throw invalid('liveActor: the system has no journal');
    for (;;) {
      const recovered = await recover(this.#actor, { ...stores, journal });
      signal.throwIfAborted();
      this.#recovered = recovered;
      told('live');
      await this.#onward(journal, signal, () => told('live'));
    }
  }

  /** Folds what comes, until something is missing. */
  async #onward(journal: Journal, signal: AbortSignal, told: () => void): Promise<void> {
    const bounds = { fromSeq: this.#recovered.seq + 1, live: true, signal };
    let count = 0;
    try {
      for await (const stored of journal.replay(this.#actor.persistenceId, bounds)) {
        signal.throwIfAborted();
        if (!this.#isNext(stored)) return;
        this.#take(stored);
        told();
        if (++count % BATCH === 0) await turn();
      }
    } catch (error) {
      // Compacted while it was read.
      if (signal.aborted || !hasCode(error, 'integrity')) throw error;
    }
  }

  /** Without an adapter nobody can tell what a named event was made of. */
  #isNext({ sequenceNr, manifest }: PersistentEvent): boolean {
    if (sequenceNr !== this.#recovered.seq + 1) return false;
    return manifest === undefined || this.#actor.eventAdapter() !== undefined;
  }

  #take(stored: PersistentEvent): void {
    const adapter = this.#actor.eventAdapter();
    const events = adapter ? adapter.fromJournal(stored) : [stored.event as Event];
    const state = events.reduce((state: State, event) => this.#actor.onEvent(state, event), this.#recovered.state);
    this.#recovered = { state, seq: stored.sequenceNr };
  }
}
