import { JournalError, type Journal } from 'actor-journal';

/** A journal that is closed when those who use it have left. */
export class Tenure<Kept extends Journal> {
  readonly journal: Kept;
  #users = 0;
  #isOver = false;

  constructor(journal: Kept) {
    if (!isJournal(journal)) throw new JournalError('invalid-argument', 'useJournal: open must make a Journal');
    this.journal = journal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @returns what ends the use, to be called once. */
  enter(): () => void {
    this.#users++;
    return () => {
      this.#users--;
      void this.#leave();
    };
  }

  async #leave(): Promise<void> {
    // Who leaves and enters in one turn, as React's StrictMode does, finds it open.
    await undefined;
    if (this.#users > 0 || this.#isOver) return;
    this.#isOver = true;
    await this.journal.close();
  }
}

function isJournal(made: Partial<Journal> | undefined): boolean {
  return typeof made?.replay === 'function' && typeof made.close === 'function';
}
