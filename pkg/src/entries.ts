/** The packed format in which the entries of an append cross to the core: `src/chunk` has it. */

/** `AJC1` in ASCII. */
export const MAGIC = 0x3143_4a41;
const HEADER = 12;

/** The most bytes that a UTF-16 code unit becomes in UTF-8. */
const WIDEST = 3;

const encoder = new TextEncoder();

/** The tags of each entry, or `undefined` where none has any. */
export type TagLists = readonly (readonly string[] | undefined)[] | undefined;

/** Packs entries whose payloads are bytes. */
export function packBytes(payloads: readonly Uint8Array[], tags: TagLists): Uint8Array {
  const room = payloads.reduce((sum, payload) => sum + payload.length, 0);
  const entries = new Packing(payloads.length, tags, room);
  for (const payload of payloads) entries.add(payload);
  return entries.packed();
}

/** Packs entries whose payloads are text, in UTF-8. Most JSON is ASCII and fits the first guess. */
export function packTexts(texts: readonly string[], tags: TagLists): Uint8Array {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  const entries = new Packing(texts.length, tags, length);
  if (texts.every((text) => entries.addText(text))) return entries.packed();
  const roomier = new Packing(texts.length, tags, WIDEST * length);
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
  constructor(count: number, tagLists: TagLists, room: number) {
    const tags = packTags(tagLists);
    const tagsAt = HEADER + 4 * count;
    this.#payloadsAt = this.#end = tagsAt + tags.length;
    this.#bytes = new Uint8Array(this.#end + room);
    this.#bytes.set(tags, tagsAt);
    this.#words = new Uint32Array(this.#bytes.buffer, 0, tagsAt / 4);
    this.#words[0] = MAGIC;
    this.#words[1] = count;
    this.#words[2] = tags.length;
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

/** U+001E ends the tags of an entry, U+001F begins a tag. */
function packTags(tags: TagLists): Uint8Array {
  return tags ? encoder.encode(tags.map((list = []) => list.map(begun).join('')).join('\u001e')) : NONE;
}

/** No tag contains a control character. */
const begun = (tag: string): string => `\u001f${tag}`;
