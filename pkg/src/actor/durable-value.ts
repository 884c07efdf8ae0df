import type { Manifest } from '../binding.js';
import { reread } from '../durable.js';
import { plainStates } from '../evolve-plain.js';
import type { ChangeOptions, DurableStateStore } from '../types-durable.js';
import type { StateSourced } from './durable-state-actor.js';
import { initial } from './fold.js';
import type { Kept } from './kept.js';
import { needed, type PersistenceOptions } from './persistence.js';
import { repeating } from './repetition.js';
import { States } from './states.js';
import { adapted, written } from './write.js';

/** A state as a store holds it, through the actor's adapter, with its revision. */
export class DurableValue<State> implements Kept<State> {
  readonly store: DurableStateStore;
  readonly #actor: StateSourced<State>;
  readonly #states: States<State>;
  #state!: State;
  #revision = 0;

  constructor(actor: StateSourced<State>, persistence: PersistenceOptions) {
    this.#actor = actor;
    this.store = needed(persistence, 'stateStore', 'no-state-store');
    this.#states = new States(actor.stateAdapter() ?? plainStates(), 'stateAdapter');
  }

  get state(): State {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  async recover(): Promise<void> {
    const held = await this.store.load(this.#actor.persistenceId);
    const { revision } = held;
    this.#state =
      'state' in held
        ? this.#states.fromJournal({ ...held, state: held.state, sequenceNr: revision })
        : initial(this.#actor);
    this.#revision = revision;
  }

  async save(next: State, progress: { stored: boolean }): Promise<void> {
    const { state, ...manifest } = adapted(() => this.#states.toJournal(next));
    const { persistenceId } = this.#actor;
    const stored = adapted(() => this.#read(state, manifest));
    await this.#change(
      (revision, options) => this.store.save(persistenceId, revision, state, { ...manifest, ...options }),
      progress,
    );
    this.#state = stored;
  }

  /** What a recovery will make of a state that is saved now. */
  #read(saved: unknown, manifest: Manifest): State {
    const { persistenceId } = this.#actor;
    const [sequenceNr, timestamp] = [this.#revision + 1, Date.now()];
    const state = reread(this.store, saved);
    return this.#states.fromJournal({ ...manifest, persistenceId, sequenceNr, state, timestamp });
  }

  async delete(progress: { stored: boolean }): Promise<void> {
    const next = initial(this.#actor);
    const { persistenceId } = this.#actor;
    await this.#change((revision, options) => this.store.delete(persistenceId, revision, options), progress);
    this.#state = next;
  }

  /** Behind a later change than the one that was met, nothing tells any more whether ours was stored. */
  async #change(
    change: (revision: number, options?: ChangeOptions) => Promise<number>,
    progress: { stored: boolean },
  ): Promise<void> {
    const revision = this.#revision;
    this.#revision = await written('state', 'revision', () =>
      repeating((options) => change(revision, options), ({ actualSeq }) => actualSeq === revision + 1),
    );
    progress.stored = true;
  }
}
