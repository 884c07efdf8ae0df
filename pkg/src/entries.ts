/** The packed format in which the entries of an append cross to the core: `src/chunk` has it. */

import type { Manifest } from './types.js';

/** `AJC1` in ASCII. */
export const MAGIC = 0x3143_4a41;
const HEADER = 12;

/** The most bytes that a UTF-16 code unit becomes in UTF-8. */
const WIDEST = 3;

const encoder = new TextEncoder();

/** What an entry has beside its payload. */
export interface Labels {
  readonly tags: readonly string[] | undefined;
  readonly manifest: Required<Manifest> | undefined;
}

/** The labels of each entry, or `undefined` where none has any. */
export type AllLabels = readonly (Labels | undefined)[] | undefined;

/** Packs entries whose payloads are bytes. */
export function packBytes(payloads: readonly Uint8Array[], labels: AllLabels): Uint8Array {
  const room = payloads.reduce((sum, payload) => sum + payload.length, 0);
  const entries = new Packing(payloads.length, labels, room);
  for (const payload of payloads) entries.add(payload);
  return entries.packed();
}

/** Packs entries whose payloads are text, in UTF-8. Most JSON is ASCII and fits the first guess. */
export function packTexts(texts: readonly string[], labels: AllLabels): Uint8Array {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  const entries = new Packing(texts.length, labels, length);
  if (texts.every((text) => entries.addText(text))) return entries.packed();
  const roomier = new Packing(texts.length, labels, WIDEST * length);
  for (const text of texts) roomier.addText(text);
  return roomier.packed();
}

class Packing {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #payloadsAt: number;
  #end: number;
  #next = HEADER / 4;

  /** @param room the bytes that there are for payloads. */
  constructor(count: number, allLabels: AllLabels, room: number) {
    const labels = packLabels(allLabels);
    const labelsAt = HEADER + 4 * count;
    this.#payloadsAt = this.#end = labelsAt + labels.length;
    this.#bytes = new Uint8Array(this.#end + room);
    this.#bytes.set(labels, labelsAt);
    this.#words = new Uint32Array(this.#bytes.buffer, 0, labelsAt / 4);
    this.#words[0] = MAGIC;
    this.#words[1] = count;
    this.#words[2] = labels.length;
  }

  add(payload: Uint8Array): void {
    this.#bytes.set(payload, this.#end);
    this.#ended(payload.length);
  }

  /** Whether there was room for it. */
  addText(text: string): boolean {
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#end));
    this.#ended(written);
    return read === text.length;
  }

  packed(): Uint8Array {
    return this.#end === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#end);
  }

  #ended(length: number): void {
    this.#end += length;
    this.#words[this.#next++] = this.#end - this.#payloadsAt;
  }
}

const NONE = new Uint8Array();

/** U+001E stands between entries. No label contains a control character. */
function packLabels(labels: AllLabels): Uint8Array {
  return labels ? encoder.encode(labels.map(text).join('\u001e')) : NONE;
}

/** The manifest, as in `2 deposited`, and the tags, each behind U+001F. */
function text(labels: Labels | undefined): string {
  if (!labels) return '';
  const { tags = [], manifest } = labels;
  const named = manifest ? `${manifest.version} ${manifest.manifest}` : '';
  return named + tags.map((tag) => `\u001f${tag}`).join('');
}
