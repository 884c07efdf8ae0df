/** What of an answer is moved to another thread instead of copied. */
import type { Answer } from './protocol.js';

/** A value whose bytes own their buffers: wasm's memory cannot be given away. */
export function owned(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return value.byteLength === value.buffer.byteLength ? value : value.slice();
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, owned(item)]));
}

/** The buffers in answers. */
export function buffersOf(answers: readonly Answer[]): Transferable[] {
  return answers.flatMap((answer) => ('value' in answer ? buffers(answer.value) : []));
}

function buffers(value: unknown): Transferable[] {
  if (value instanceof Uint8Array) return [value.buffer as ArrayBuffer];
  return isRecord(value) ? Object.values(value).flatMap(buffers) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
