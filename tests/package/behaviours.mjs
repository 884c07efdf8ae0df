/** The named behaviours of actors, which are the same in Rust and in JavaScript. */
import { readFileSync } from 'node:fs';
import { equal } from './assert.mjs';
import { actors } from './contract/actors.mjs';

const LIST = new URL('../behaviours.txt', import.meta.url);

export const behaviours = {
  'the suite has each behaviour of the list, and no other'() {
    const named = readFileSync(LIST, 'utf8').trim().split('\n');
    equal(Object.keys(actors).toSorted(), named.toSorted());
  },
};
