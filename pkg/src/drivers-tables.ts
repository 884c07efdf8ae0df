/** Which journal has its tables where, so that what stands in the same database finds them. */
import { databaseName } from '#platform';
import type { Driver } from './drivers.js';
import type { Journal } from './types.js';

/** The tables of a journal: their stem, in a database. */
export interface Tables {
  readonly driver: Driver;
  readonly path: string;
  readonly eventsTable: string;
}

const known = new WeakMap<Journal, Tables>();

/** Notes where a journal has its tables. A database in memory is nobody else's. */
export function noteTables(journal: Journal, tables: Tables): void {
  if (tables.path !== ':memory:') known.set(journal, { ...tables, path: databaseName(tables.path) });
}

/** The stem of the journal's tables, where they are in the database that the driver has at `path`. */
export function eventsTableAt(driver: Driver, path: string, journal: Journal): string | undefined {
  const tables = known.get(journal);
  const here = tables?.driver === driver && tables.path === databaseName(path);
  return here ? tables.eventsTable : undefined;
}
