/** Recovers from `@sqlite.org/sqlite-wasm`. */
import { open } from '../../peers/sqlite-wasm.mjs';
import { fold } from './fold.mjs';

export const recover = async () => fold(await open('cold-start'), 'posting texts');
