/** How far something that takes long has come, in the unit that it names. */
export interface Progress {
  /** How much is done; never falls. */
  readonly done: number;
  /** How much there is in all, as far as it is known: it may change on the way, and is not below `done`. */
  readonly total: number;
}

/** What can be asked of whatever takes long. */
export interface LongOptions {
  /** Told how far it has come; what it throws ends it. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Ends it: it fails with the signal's `reason`. Of a backup and of a restore nothing is left then; where it
   * comes when the last step of one is being taken, that is done, and answered. Of an import whole batches of
   * events stay as they were written, with the marks and snapshots of their streams; repeated, it goes on
   * behind them.
   */
  readonly signal?: AbortSignal;
}
