/** So many events are dealt with before the page gets a turn, where they are all there at once. */
export const BATCH = 1024;

/**
 * Resolves in a later turn of the event loop, so that the page can do something else in between. No timer:
 * the timers of a page in the background wait for a second.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as Partial<typeof globalThis>;
    // Deno gives messages of a channel within the turn in which they are sent.
    if (setImmediate) return void setImmediate(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
