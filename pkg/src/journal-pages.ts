import type { BindingFilter } from './binding.js';

/** Events, or ids, that are asked for at once. */
export const PAGE = 2048;

export const EVERYTHING: BindingFilter = { all: [], any: [], not: [] };
