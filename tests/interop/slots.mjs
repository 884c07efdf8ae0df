/**
 * A database's bytes in the origin-private file system. The pool keeps each file in a slot behind
 * 4096 bytes that begin with its name.
 */
const HEADER = 4096;
const NAME = 512;

/** The bytes of a closed database. */
export async function bytesOf(path) {
  const slot = await slotOf(path);
  const file = await slot.getFile();
  return new Uint8Array(await file.slice(HEADER).arrayBuffer());
}

/** Puts bytes in place of those of a closed database. */
export async function replace(path, bytes) {
  const slot = await slotOf(path);
  const writable = await slot.createWritable({ keepExistingData: true });
  await writable.truncate(HEADER + bytes.length);
  await writable.write({ type: 'write', position: HEADER, data: bytes });
  await writable.close();
}

async function slotOf(path) {
  const root = await navigator.storage.getDirectory();
  for await (const slot of filesIn(root)) {
    const name = new TextDecoder().decode(await (await slot.getFile()).slice(0, NAME).arrayBuffer());
    if (name.slice(0, name.indexOf('\0')).replace(/^\//, '') === path) return slot;
  }
  throw new Error(`there is no database ${path}`);
}

async function* filesIn(directory) {
  for await (const entry of directory.values()) {
    if (entry.kind === 'file') yield entry;
    else yield* filesIn(entry);
  }
}
