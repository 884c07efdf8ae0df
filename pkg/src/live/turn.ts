/** So many events are dealt with before the page gets a turn, where they are all there at once. */
export const BATCH = 1024;

/**
 * Resolves in a later turn of the event loop, so that the page can do something else in between. No timer:
 * the timers of a page in the background wait for a second.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
