import { isFunction, must, type Checks } from './arguments.js';
import type { LongOptions } from './types-long.js';

/** The options of what takes long. */
export const LONG: Checks<LongOptions> = {
  onProgress: isFunction,
  signal: must('an AbortSignal', (value) => value instanceof AbortSignal),
};
