import { check, checkOptions, hasMethods, invalid, isCount, isFilled, must, type Checks } from './arguments.js';
import { defaultDriver, type Driver } from './drivers.js';
import { LONG } from './arguments-long.js';
import { stepped } from './journal-steps.js';
import { readFrom } from './journal-text.js';
import { Opening } from './opening.js';
import type { RestoreHandle } from './binding.js';
import type { LongOptions } from './types-long.js';
import { onServer } from '#platform';

export interface RestoreOptions extends LongOptions {
  /** Where the database lives. Default: what the platform and the path call for. */
  readonly driver?: Driver;
  /** How long to wait for another owner of the database. Default 1000; 0 does not wait. */
  readonly busyTimeoutMs?: number;
}

/**
 * A copy of a database: a file's path, on servers alone, or its bytes. A stream that is not read to its
 * end is cancelled.
 */
export type RestoreSource = string | Blob | ArrayBufferView | ReadableStream<Uint8Array>;

const CHECKS: Checks<RestoreOptions> = {
  ...LONG,
  driver: hasMethods('a driver', 'binding'),
  busyTimeoutMs: isCount,
};

const isSource = must(
  'a Blob, a ReadableStream, a Uint8Array or, on a server, a path',
  (value) =>
    value instanceof Blob ||
    value instanceof ReadableStream ||
    ArrayBuffer.isView(value) ||
    (onServer && isFilled(value) === undefined),
);
const isPiece = must('a stream of Uint8Arrays', (value) => value instanceof Uint8Array);

/** Bytes that cross to the core at once. */
const PIECE = 1 << 20;

/**
 * Puts a copy in the place of the database at `path`, whole or not at all: after a crash at any
 * point the old database is there, or the new one. It keeps its journal mode: with a write-ahead log
 * or without.
 *
 * The copy is checked before, with all that it holds: each journal, snapshot store and durable state
 * store as their `verify` does, of tables of an earlier version what they have; of tables made by the
 * source page's DDL, and of those of other programs, only SQLite's own structure. Whether snapshots fit
 * a journal is not checked. What may have been stored as it is, is no damage, though `verify` tells of it: an
 * id or a tag that the rules of today refuse, a payload that begins as JSON or CBOR and is neither, as of
 * a codec of one's own.
 *
 * Progress is in bytes of the copy. Taking them in (which a path needs not), checking them and putting
 * them in their place count alike, and all are done when all has taken place, not before. Meanwhile
 * whoever opens the database is told `locked`. What is aborted leaves the old database: an abort that comes
 * too late for that is not heeded. Another process that has a file open without a log, and does nothing with
 * it, is not noticed.
 *
 * @throws `corrupt` for a copy that is damaged, with what was found first, or no journal;
 *   `newer-version` for one of a newer version of this package; `locked` or `busy` while somebody uses
 *   the database; `invalid-argument` where another database has left its log beside the path. The old
 *   database is there then. `closed` where another tab has taken the database over meanwhile: begin
 *   again; `lost` where it is not known whether the copy was in its place by then: begin again, too.
 * @example
 * ```ts
 * await restore('bank.db', fileInput.files[0]);
 * ```
 */
export async function restore(path: string, source: RestoreSource, options: RestoreOptions = {}): Promise<void> {
  check('restore: path', path, isFilled);
  check('restore: source', source, isSource);
  checkOptions('restore', options, CHECKS);
  if (path === ':memory:') throw invalid('restore: path must be that of a database, not ":memory:"');
  const { driver = defaultDriver(), busyTimeoutMs } = options;
  const settings = { path, ...(busyTimeoutMs !== undefined && { busyTimeoutMs }) };
  const from = typeof source === 'string' ? source : undefined;
  const opening = new Opening<RestoreHandle>(`restore of ${JSON.stringify(path)}`, async () =>
    (await driver.binding(path)).openRestore(settings, from),
  );
  try {
    if (typeof source === 'string') await stepped(() => opening.use((handle) => handle.finish(0)), options);
    else await inPieces(opening, source, options);
  } finally {
    await opening.close();
  }
}

async function inPieces(
  opening: Opening<RestoreHandle>,
  source: Exclude<RestoreSource, string>,
  { signal, onProgress }: LongOptions,
): Promise<void> {
  const tell = (taken: number, done: number, total: number): void =>
    onProgress?.({ done: Math.floor((taken + 2 * done) / 3), total });
  const size = source instanceof Blob ? source.size : 0;
  let length = 0;
  for await (const piece of piecesOf(source, signal)) {
    await opening.use((handle) => handle.write(length, piece));
    length += piece.byteLength;
    tell(length, 0, Math.max(size, length));
  }
  await stepped(() => opening.use((handle) => handle.finish(length)), {
    ...(signal && { signal }),
    onProgress: ({ done, total }) => tell(total, done, total),
  });
}

async function* piecesOf(
  source: Exclude<RestoreSource, string>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of bytesOf(source, signal)) {
    check('restore: source', bytes, isPiece);
    for (let at = 0; at < bytes.byteLength; at += PIECE) {
      signal?.throwIfAborted();
      yield bytes.slice(at, at + PIECE);
    }
  }
}

function bytesOf(
  source: Exclude<RestoreSource, string>,
  signal: AbortSignal | undefined,
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (ArrayBuffer.isView(source)) return [new Uint8Array(source.buffer, source.byteOffset, source.byteLength)];
  return readFrom(source instanceof Blob ? source.stream() : source, signal);
}
