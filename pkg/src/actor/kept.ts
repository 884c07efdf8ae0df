/** The state of an actor, and what it is kept in. */
export interface Kept<State> {
  readonly state: State;
  /** What it is kept in: the journal, or the store. */
  readonly store: object;
  /** Takes over the state that is stored. Comes first. */
  recover(): Promise<void>;
}
