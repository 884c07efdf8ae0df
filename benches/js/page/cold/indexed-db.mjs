/** Recovers from IndexedDB. */
import { opener } from '../../peers/indexed-db.mjs';
import { fold } from './fold.mjs';

export const recover = async () => fold(await opener('strict')('cold-start'), 'getAll()');
