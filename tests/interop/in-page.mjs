/** What a page does with files: bytes come and go as text, which is all that drivers pass. */
import { bytesOf, replace } from './slots.mjs';
import { copy, tell, toldRestored, write } from './story.mjs';

let files = 0;

/** Goes on with the story in a file of these bytes, or in a new one; answers its bytes. */
export async function written(base64) {
  const path = await placed(base64);
  await write(path);
  return toText(await bytesOf(path));
}

/** The story in a file of these bytes. */
export async function told(base64) {
  return tell(await placed(base64));
}

/** A backup of a file of these bytes. */
export async function copied(base64) {
  return toText(await copy(await placed(base64)));
}

/** The story in a database that a backup was restored in. */
export async function restored(base64) {
  return toldRestored(`restored-${++files}-${crypto.randomUUID()}.db`, new Blob([toBytes(base64)]));
}

/** What a program answers on a file of these bytes, or on a new one; and the file's bytes. */
export async function asked(base64, program, commands, version) {
  const path = await placed(base64);
  const { ask } = await import(`./${program}.mjs`);
  const answers = await ask(path, commands, version);
  return { base64: toText(await bytesOf(path)), answers };
}

async function placed(base64) {
  const path = `interop-${++files}-${crypto.randomUUID()}.db`;
  if (base64 === undefined) return path;
  await tell(path);
  await replace(path, toBytes(base64));
  return path;
}

function toBytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function toText(bytes) {
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}
