/** Lines in pieces of any length, as pages of whole lines. */
import { invalid } from './arguments.js';
import type { Lines } from './types-copies.js';

/** Characters of a page: some hundred lines, which share their flushes. */
const PAGE = 1 << 18;

/** Whole lines; only the last page may be empty, or end within a line that has no end. */
export interface TextPage {
  readonly text: string;
  readonly isLast: boolean;
}

export async function* pagesOf(text: Lines, signal?: AbortSignal): AsyncGenerator<TextPage, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let held = '';
  for await (const piece of piecesOf(text, signal)) {
    held += typeof piece === 'string' ? piece : decoded(decoder, piece);
    const end = held.length < PAGE ? 0 : held.lastIndexOf('\n') + 1;
    if (end === 0) continue;
    yield { text: held.slice(0, end), isLast: false };
    held = held.slice(end);
  }
  yield { text: held + decoded(decoder), isLast: true };
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
  if (typeof text === 'string') yield text;
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
