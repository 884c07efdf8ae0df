import { check, checkOptions, hasMethods, invalid, isCount, isFilled, must, type Checks } from './arguments.js';
import { defaultDriver, type Driver } from './drivers.js';
import { LONG } from './arguments-long.js';
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

/** A copy of a database: a file's path, on servers alone, or its bytes. */
export type RestoreSource = string | Blob | ReadableStream<Uint8Array>;

const CHECKS: Checks<RestoreOptions> = {
  ...LONG,
  driver: hasMethods('a driver', 'binding'),
  busyTimeoutMs: isCount,
};

const isSource = must(
  'a Blob, a ReadableStream or, on a server, a path',
  (value) => value instanceof Blob || value instanceof ReadableStream || (onServer && isFilled(value) === undefined),
);

/** Bytes that cross to the core at once. */
const PIECE = 1 << 20;

/**
 * Puts a copy in the place of the database at `path`, whole or not at all: after a crash at any
 * point the old database is there, or the new one. Of the copy SQLite's own structure is checked, not
 * what its rows say. Progress is in bytes that were taken over; the copy is put in its place behind the
 * last of them. Another process that has a file open without a log, and does nothing with it, is not
 * noticed.
 *
 * @throws `corrupt` for a copy that is damaged or no journal, `newer-version` for one of a newer
 *   version of this package; `locked` or `busy` while somebody uses the database; `invalid-argument`
 *   where another database has left its log beside the path. The old database is there then.
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
    await restored(opening, source, options);
  } finally {
    await opening.close();
  }
}

async function restored(
  opening: Opening<RestoreHandle>,
  source: RestoreSource,
  { signal, onProgress }: LongOptions,
): Promise<void> {
  let done = 0;
  const total = source instanceof Blob ? source.size : 0;
  for await (const piece of piecesOf(source)) {
    signal?.throwIfAborted();
    await opening.use((handle) => handle.write(done, piece));
    done += piece.byteLength;
    onProgress?.({ done, total: Math.max(total, done) });
  }
  signal?.throwIfAborted();
  await opening.use((handle) => handle.finish());
}

/** None where the core reads a file itself. */
async function* piecesOf(source: RestoreSource): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof source === 'string') return;
  for await (const bytes of readFrom(source instanceof Blob ? source.stream() : source)) {
    for (let at = 0; at < bytes.byteLength; at += PIECE) yield bytes.slice(at, at + PIECE);
  }
}
