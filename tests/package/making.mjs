import { memoryDriver } from './actor-journal.mjs';

/** Memory whose calls of these methods are made by `make`, which is given each method and what calls it. */
export function making(methods, make) {
  return {
    name: 'making',
    async binding() {
      const memory = await memoryDriver().binding(':memory:');
      const openJournal = async (options) => {
        const handle = await memory.openJournal(options);
        for (const method of methods) {
          const call = handle[method].bind(handle);
          handle[method] = (...args) => make(method, () => call(...args));
        }
        return handle;
      };
      return { openJournal };
    },
  };
}
