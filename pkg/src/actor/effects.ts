/** Called with the state that the events have led to. */
export type Then<State> = (state: State) => void | Promise<void>;

/** What an actor may ask for while it handles a command. */
export interface Effects<Event, State, Reply> {
  persist(events: readonly Event[], then: Then<State> | undefined): void;
  saveSnapshot(): void;
  deleteHistory(toSeq: number): void;
  reply(answer: Reply): void;
  reject(error: unknown): void;
  stop(): void;
}

/** What runs an actor, as the actor sees it. */
export interface Runtime<Event, State, Reply> {
  readonly lastSeq: number;
  /** Takes what the actor asks for, for as long as it may ask. */
  readonly effects: Effects<Event, State, Reply> | undefined;
}
