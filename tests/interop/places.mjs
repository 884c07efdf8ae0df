/**
 * Where files are written and read: `written` goes on with a file's story, `told` reads it, `copied`
 * backs it up, `restored` reads it where a backup takes the place of a database, and `asked` has a
 * program, `account`, `cart` or `mails`, in one of its versions carry out commands in it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { freshFile } from '../package/server/folder.mjs';
import { copy, tell, toldRestored, write } from './story.mjs';

/** A file of these bytes, or one that is not there yet. */
export function placed(bytes) {
  const path = freshFile();
  if (bytes) writeFileSync(path, bytes);
  return path;
}

export const node = {
  name: 'Node',
  oldestVersion: 1,
  async written(bytes) {
    const path = placed(bytes);
    await write(path);
    return readFileSync(path);
  },
  told: (bytes) => tell(placed(bytes)),
  copied: (bytes) => copy(placed(bytes)),
  restored: (bytes) => toldRestored(freshFile(), new Blob([bytes])),
  async asked(program, bytes, commands, version) {
    const path = placed(bytes);
    const { ask } = await import(`./${program}.mjs`);
    const answers = await ask(path, commands, version);
    return { bytes: readFileSync(path), answers };
  },
};

/** A page of a browser; it is on the tests' site. */
export function pageOf(name, page) {
  const call = (method, bytes, ...more) =>
    page.evaluate(
      async (method, text, ...more) => (await import('/tests/interop/in-page.mjs'))[method](text ?? undefined, ...more),
      method,
      bytes ? Buffer.from(bytes).toString('base64') : null,
      ...more,
    );
  return {
    name,
    oldestVersion: 1,
    written: async (bytes) => Buffer.from(await call('written', bytes), 'base64'),
    told: (bytes) => call('told', bytes),
    copied: async (bytes) => Buffer.from(await call('copied', bytes), 'base64'),
    restored: (bytes) => call('restored', bytes),
    async asked(program, bytes, commands, version) {
      const { base64, answers } = await call('asked', bytes, program, commands, version);
      return { bytes: Buffer.from(base64, 'base64'), answers };
    },
  };
}
