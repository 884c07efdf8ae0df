/** All that a journal holds, copied page by page: the core does it, and keeps nothing between pages. */
import { onServer } from '#platform';
import { check, checkOptions, hasMethods, invalid, isFilled, isFunction, type Checks } from './arguments.js';
import type { NativeJournalHandle } from './binding.js';
import { LONG } from './arguments-long.js';
import { tableBeside } from './drivers-tables.js';
import { JournalError } from './errors.js';
import type { Use } from './journal-live.js';
import { stepped } from './journal-steps.js';
import { isLines, pagesOf } from './journal-text.js';
import type { Journal } from './types.js';
import type {
  Copies,
  ExportOptions,
  ImportOptions,
  LeftOut,
  Lines,
  WithSnapshots,
} from './types-copies.js';
import type { LongOptions } from './types-long.js';

/** Bytes of a backup that are asked for at once. */
const PIECE = 1 << 20;

/** How the line of a stream begins that was left out. */
const LEFT_OUT = '{"leftOut":';

const IMPORT: Checks<ImportOptions> = { ...LONG, snapshotStore: hasMethods('a snapshot store', 'save', 'load') };
const EXPORT: Checks<ExportOptions> = { ...IMPORT, onLeftOut: isFunction };
const COPY: Checks<CopyOptions> = {
  ...LONG,
  onLeftOut: isFunction,
  fromSnapshots: IMPORT.snapshotStore,
  toSnapshots: IMPORT.snapshotStore,
};

/** The {@link Copies} of a journal over a binding's handle. */
export class HandleCopies implements Copies {
  readonly #journal: Journal;
  readonly #use: Use;

  constructor(journal: Journal, use: Use) {
    this.#journal = journal;
    this.#use = use;
  }

  backup(options: LongOptions = {}): ReadableStream<Uint8Array> {
    checkOptions('backup', options, LONG);
    const image = new Image(this.#use, options);
    // Nothing is begun before somebody reads.
    return new ReadableStream(image, { highWaterMark: 0 });
  }

  async backupTo(path: string, options: LongOptions = {}): Promise<void> {
    check('backupTo: path', path, isFilled);
    checkOptions('backupTo', options, LONG);
    options.signal?.throwIfAborted();
    const copy = await this.#use(async (handle) => {
      if (onServer && 'backupTo' in handle) return (handle as NativeJournalHandle).backupTo(path);
      throw new JournalError('storage-unavailable', 'there are no files here: take backup()');
    });
    try {
      await stepped(() => this.#use(() => copy.next()), options);
    } finally {
      copy.close();
    }
  }

  async *export(options: ExportOptions = {}): AsyncGenerator<string, void, undefined> {
    checkOptions('export', options, EXPORT);
    const table = this.#snapshotsTable('export', options);
    const leaveOut = options.onLeftOut !== undefined;
    let at: string | undefined;
    do {
      options.signal?.throwIfAborted();
      const [text, cursor, done, total] = await this.#use((handle) => handle.exportPage(at, table, leaveOut));
      at = cursor ?? undefined;
      options.onProgress?.({ done, total });
      leftOut(text).forEach((stream) => options.onLeftOut?.(stream));
      if (text !== '') yield text;
    } while (at !== undefined);
  }

  async import(lines: Lines, options: ImportOptions = {}): Promise<number> {
    check('import: lines', lines, isLines);
    checkOptions('import', options, IMPORT);
    const table = this.#snapshotsTable('import', options);
    let at: string | undefined;
    let events = 0;
    for await (const { text, isLast } of pagesOf(lines, options.signal)) {
      options.signal?.throwIfAborted();
      [at, events] = await this.#use((handle) => handle.importPage(text, at, table, isLast));
      options.onProgress?.({ done: events, total: events });
    }
    return events;
  }

  #snapshotsTable(call: string, { snapshotStore }: WithSnapshots): string | undefined {
    if (!snapshotStore) return undefined;
    const table = tableBeside(this.#journal, snapshotStore);
    if (table !== undefined) return table;
    throw invalid(`${call}: options: snapshotStore must be one in the journal's own database`);
  }
}

/** A backup that is being read: begun with the first piece. */
class Image implements UnderlyingDefaultSource<Uint8Array> {
  readonly #use: Use;
  readonly #options: LongOptions;
  #begun: Promise<ArrayLike<number>> | undefined;
  #at = 0;

  constructor(use: Use, options: LongOptions) {
    this.#use = use;
    this.#options = options;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { signal } = this.#options;
    const abort = (): void => {
      controller.error(signal?.reason);
      void this.cancel();
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const [token, total] = Array.from(await (this.#begun ??= this.#use((handle) => handle.backupBegin())));
      const piece = await this.#use((handle) => handle.backupRead(token!, this.#at, PIECE));
      if (this.#options.signal?.aborted) return;
      this.#at += piece.byteLength;
      if (piece.byteLength > 0) controller.enqueue(piece);
      this.#options.onProgress?.({ done: this.#at, total: total! });
      if (this.#at < total!) return;
      await this.cancel();
      controller.close();
    } catch (error) {
      await this.cancel();
      throw error;
    }
  }

  /** What was begun is ended, if it still can be: a journal that is closed has ended it. */
  async cancel(): Promise<void> {
    try {
      const begun = await this.#begun;
      if (begun) await this.#use((handle) => handle.backupEnd(begun[0]!));
    } catch {
      // Whoever reads is told why it failed.
    }
  }
}

function leftOut(text: string): LeftOut[] {
  if (!text.includes(LEFT_OUT)) return [];
  const lines = text.split('\n').filter((line) => line.startsWith(LEFT_OUT));
  return lines.map((line) => {
    const { leftOut, code, message } = JSON.parse(line) as { leftOut: string; code: string; message: string };
    return { persistenceId: leftOut, code, message };
  });
}

export interface CopyOptions extends Pick<ExportOptions, 'onProgress' | 'signal' | 'onLeftOut'> {
  /** The snapshots beside the journal that is copied: see {@link WithSnapshots}. */
  readonly fromSnapshots?: WithSnapshots['snapshotStore'];
  /** Where they are copied to, beside the other journal. */
  readonly toSnapshots?: WithSnapshots['snapshotStore'];
}

/**
 * Copies all that one journal holds into another, beside what is there: an export that is imported.
 * Progress is in events, each of which is read twice.
 *
 * @returns how many events there were.
 * @throws as {@link Copies.export} and {@link Copies.import}; `invalid-argument` for one snapshot store
 *   without the other.
 * @example
 * ```ts
 * await copyJournal(new SqliteJournal({ path: 'old.db' }), new SqliteJournal({ path: 'new.db' }));
 * ```
 */
export async function copyJournal(from: Copies, to: Copies, options: CopyOptions = {}): Promise<number> {
  check('copyJournal: from', from, hasMethods('a journal', 'export'));
  check('copyJournal: to', to, hasMethods('a journal', 'import'));
  checkOptions('copyJournal', options, COPY);
  const { fromSnapshots, toSnapshots, ...asked } = options;
  if (!fromSnapshots !== !toSnapshots) {
    const [given, missing] = fromSnapshots ? ['fromSnapshots', 'toSnapshots'] : ['toSnapshots', 'fromSnapshots'];
    throw invalid(`copyJournal: options: ${given} is given without ${missing}`);
  }
  const exported = from.export({ ...asked, ...(fromSnapshots && { snapshotStore: fromSnapshots }) });
  return to.import(exported, toSnapshots && { snapshotStore: toSnapshots });
}
