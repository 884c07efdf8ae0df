/** Runs in the page: the head of `a` in a journal, or what went wrong. The journal may be kept. */
export async function tryToOpen({ path, driver, keep, append, options = {} }) {
  const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
  const make = () => new SqliteJournal({ path, ...options, ...(driver && { driver: opfsDriver(driver) }) });
  const key = JSON.stringify([path, options, driver]);
  const journals = (globalThis.journals ??= new Map());
  const journal = journals.get(key) ?? make();
  if (keep) journals.set(key, (globalThis.kept = journal));
  try {
    if (append !== undefined) await journal.append('a', [{ event: append }], append);
    return { head: await journal.highestSeq('a') };
  } catch ({ code, message }) {
    return { code, message };
  } finally {
    if (!keep) await journal.close();
  }
}
