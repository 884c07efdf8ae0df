/** Called with the state that the actor has come to. */
export type Then<State> = (state: State) => void | Promise<void>;

/** Does one thing that an actor has asked for, and notes as soon as some of it is stored. */
export type Step = (progress: { stored: boolean }) => Promise<void>;

/** What an actor may ask for while it handles a command. */
export interface Effects<State, Reply> {
  /** A step, behind those before it, and what is to be called when it is done. */
  add(step: Step, then?: Then<State>): void;
  reply(answer: Reply): void;
  reject(error: unknown): void;
  stop(): void;
}
