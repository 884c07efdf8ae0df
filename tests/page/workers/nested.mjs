// A worker of a page that uses the package itself.
import { tryToOpen } from '../try-to-open.mjs';

self.onmessage = async ({ data }) => self.postMessage(await tryToOpen(data));
