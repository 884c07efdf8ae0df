import { check, checkOptions, isFilled, isFunction, isObject, type Checks } from '../arguments.js';
import type { ProjectionSettings } from './types.js';

/** A filter is checked where it is taken apart. */
const COMMON: Checks<ProjectionSettings> = { name: isFilled, filter: () => undefined, onFailure: isFunction };

/** @throws `invalid-argument` for settings that are wrong or do not exist, and where there is no name. */
export function checkSettings<T extends ProjectionSettings>(
  what: string,
  settings: T,
  checks: Omit<Checks<T>, keyof ProjectionSettings>,
): void {
  check(what, settings, isObject);
  checkOptions(what, settings, { ...COMMON, ...checks } as Checks<T>);
  check(`${what}: name`, settings.name, isFilled);
}
