/** Where files are written and read: `written` goes on with a file's story, `told` reads it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { freshFile } from '../package/server/folder.mjs';
import { tell, write } from './story.mjs';

/** A file of these bytes, or one that is not there yet. */
export function placed(bytes) {
  const path = freshFile();
  if (bytes) writeFileSync(path, bytes);
  return path;
}

export const node = {
  name: 'Node',
  async written(bytes) {
    const path = placed(bytes);
    await write(path);
    return readFileSync(path);
  },
  told: (bytes) => tell(placed(bytes)),
};

/** A page of a browser; it is on the tests' site. */
export function pageOf(name, page) {
  const call = (method, bytes) =>
    page.evaluate(
      async (method, text) => (await import('/tests/interop/in-page.mjs'))[method](text ?? undefined),
      method,
      bytes ? Buffer.from(bytes).toString('base64') : null,
    );
  return {
    name,
    written: async (bytes) => Buffer.from(await call('written', bytes), 'base64'),
    told: (bytes) => call('told', bytes),
  };
}
