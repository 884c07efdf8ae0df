import { fieldsOf, must, type Check, type Checks } from './arguments.js';
import type { Manifest } from './types.js';

const MANIFEST: Checks<Manifest> = {
  manifest: must(
    'a string of 1 to 255 characters without control characters',
    (v) => typeof v === 'string' && v.isWellFormed() && /^\P{Cc}{1,255}$/u.test(v),
  ),
  version: must(
    'a whole number from 1 to 2147483647',
    (v) => Number.isInteger(v) && Number(v) >= 1 && Number(v) < 2 ** 31,
  ),
};

/** An object that may have a manifest, and the fields of `others`. */
export function manifested<T extends Manifest>(others: Checks<Omit<T, keyof Manifest>>): Check {
  const fields = fieldsOf<Manifest>({ ...others, ...MANIFEST });
  return (value) => fields(value) ?? alone(value as Manifest);
}

/** The manifest that was given, with its version; `undefined` where none was. */
export function manifestOf({ manifest, version = 1 }: Manifest): Required<Manifest> | undefined {
  return manifest === undefined ? undefined : { manifest, version };
}

const alone = ({ manifest, version }: Manifest): string | undefined =>
  manifest === undefined && version !== undefined ? `: version ${version} stands without a manifest` : undefined;
