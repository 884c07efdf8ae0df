import type { SnapshotStore } from './types.js';
import type { LongOptions } from './types-long.js';

/** Snapshots are copied with a journal from or to a store in the same database. */
export interface WithSnapshots {
  /**
   * The snapshots that are copied too. It must be a `SqliteSnapshotStore` on the journal's path and
   * with its driver; others are refused as `invalid-argument`.
   */
  readonly snapshotStore?: SnapshotStore;
}

/** A stream that cannot be read, and why. */
export interface LeftOut {
  readonly persistenceId: string;
  readonly code: string;
  readonly message: string;
}

export interface ExportOptions extends LongOptions, WithSnapshots {
  /**
   * Told of each stream that cannot be read, which is then left out; without it, the first of them
   * ends the export. What is left out stands in the lines, too.
   */
  readonly onLeftOut?: (stream: LeftOut) => void;
}

export interface ImportOptions extends LongOptions, WithSnapshots {}

/**
 * Lines, at once or in pieces of any length: strings, or bytes in UTF-8. A byte order mark in front of
 * them, and blank lines behind the first one, are passed over.
 */
export type Lines =
  | string
  | Uint8Array
  | Blob
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>;

/** What the package's own journals can do with all that they hold. */
export interface Copies {
  /**
   * A consistent copy of the whole database, with all its journals and stores, while appends go on:
   * a plain SQLite file that opens on every platform. Every append that was answered before the first
   * byte is read is in it, and each batch whole or not at all.
   *
   * Read it to its end or cancel it: in OPFS the write-ahead log grows until then; under Node it is a
   * temporary file. A stream is given up with `closed` when the journal is closed, or when another
   * tab takes the database over: begin it again. Progress is in bytes. Where a
   * document reads it through a `Response`, Chromium hides why it failed: the `code` is that of a reader
   * of one's own.
   *
   * @throws `busy` where another backup of a database in OPFS is being read.
   * @example
   * ```ts
   * const blob = await new Response(journal.backup()).blob();
   * link.href = URL.createObjectURL(blob);
   * ```
   */
  backup(options?: LongOptions): ReadableStream<Uint8Array>;
  /**
   * Writes such a copy into a new file, under Node, Bun and Deno. It is flushed, and appears under its
   * name when it is whole. Progress is in bytes; they are all done when the copy is in its place, not
   * before. Where another process writes to a database without a write-ahead log, the copy waits for
   * it as long as `busyTimeoutMs`.
   *
   * @throws `invalid-argument` where something stands at `path`; `storage-unavailable` in a page.
   */
  backupTo(path: string, options?: LongOptions): Promise<void>;
  /**
   * The journal as lines of JSON (NDJSON), in pieces of whole lines: seqs, tags, manifests, times,
   * compaction marks, snapshots, and the events in the order of their positions. Every stream is
   * checked before. Progress is in events, each of which is read twice.
   *
   * @throws `integrity` for a stream that is broken; `corrupt` where something was deleted meanwhile.
   * @example
   * ```ts
   * for await (const text of journal.export()) file.write(text);
   * ```
   */
  export(options?: ExportOptions): AsyncIterable<string>;
  /**
   * Takes in the lines of an export, beside what is there. What an import that was broken off has
   * written stays, and is not written again. Positions are given out anew, in the same order. Progress is
   * in events; how many there are in all is not known.
   *
   * @returns how many events there were.
   * @throws `conflict`, naming the stream, where it is there with something else in it;
   *   `invalid-argument` for a wrong line, with its number, for a snapshot without a `snapshotStore`, and
   *   for a text that is cut short;
   *   `newer-version` for lines of a later format; `integrity` where an event is missing.
   */
  import(lines: Lines, options?: ImportOptions): Promise<number>;
}
