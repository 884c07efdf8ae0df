import { invalid, isText, must, type Checks } from './arguments.js';
import type { Manifest } from './types.js';

const isVersion = must(
  'a whole number from 1 to 2147483647',
  (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) < 2 ** 31,
);

/** What name and version must be; the core knows more about names. */
export const MANIFEST: Checks<Manifest> = { manifest: isText, version: isVersion };

/**
 * The manifest that was given, with its version; `undefined` where none was.
 *
 * @param what it was given to, for messages.
 * @throws `invalid-argument` for a version alone.
 */
export function manifestOf(what: () => string, { manifest, version }: Manifest): Required<Manifest> | undefined {
  if (manifest !== undefined) return { manifest, version: version ?? 1 };
  if (version === undefined) return undefined;
  throw invalid(`${what()}: version ${version} stands without a manifest`);
}
