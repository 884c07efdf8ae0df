/** Lines in pieces of any length, as pages of whole lines. */
import { check, invalid, must } from './arguments.js';
import type { Lines } from './types-copies.js';

/** Characters of a page: some hundred lines, which share their flushes. */
const PAGE = 1 << 18;

/** What lines can come as. */
export const isLines = must(
  'a string, a Uint8Array, a Blob, a ReadableStream or an iterable of pieces',
  (value) =>
    value instanceof Blob ||
    value instanceof ReadableStream ||
    Symbol.iterator in Object(value) ||
    Symbol.asyncIterator in Object(value),
);

const isPiece = must(
  'a string or a Uint8Array',
  (value) => typeof value === 'string' || value instanceof Uint8Array,
);

/** Whole lines; only the last page may be empty, or end within a line that has no end. */
export interface TextPage {
  readonly text: string;
  readonly isLast: boolean;
}

export async function* pagesOf(text: Lines, signal?: AbortSignal): AsyncGenerator<TextPage, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let held = '';
  for await (const piece of piecesOf(text, signal)) {
    check('import: lines: each piece', piece, isPiece);
    held += typeof piece === 'string' ? piece : decoded(decoder, piece);
    for (let end = pageEnd(held); end > 0; end = pageEnd(held)) {
      yield { text: held.slice(0, end), isLast: false };
      held = held.slice(end);
    }
  }
  yield { text: held + decoded(decoder), isLast: true };
}

/** Behind the last line that fits in a page, or behind one that is longer; 0 where more is to come. */
function pageEnd(text: string): number {
  if (text.length < PAGE) return 0;
  return text.lastIndexOf('\n', PAGE) + 1 || text.indexOf('\n') + 1;
}

function decoded(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw invalid('import: lines must be text in UTF-8');
  }
}

async function* piecesOf(
  text: Lines,
  signal: AbortSignal | undefined,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  if (typeof text === 'string' || text instanceof Uint8Array) yield text;
  else if (text instanceof Blob) yield* readFrom(text.stream(), signal);
  else if (text instanceof ReadableStream) yield* readFrom(text, signal);
  else yield* text;
}

/**
 * Not every browser lets a stream be iterated. A stream that is not read to its end is cancelled, at
 * once where the `signal` says so: what is being read then ends.
 */
export async function* readFrom<Piece>(
  stream: ReadableStream<Piece>,
  signal?: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  const reader = stream.getReader();
  const cancel = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', cancel);
  let isDone = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      isDone = done;
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    if (!isDone) cancel();
    reader.releaseLock();
  }
}
