/** Who has tables where, so that what stands in the same database finds them. */
import { databaseName } from '#platform';
import type { Driver } from './drivers.js';
import type { Journal, SnapshotStore } from './types.js';

/** A table, or the stem of several, in a database. */
export interface Tables {
  readonly driver: Driver;
  readonly path: string;
  readonly table: string;
}

type Owner = Journal | SnapshotStore;

const known = new WeakMap<Owner, Tables>();

/** Notes where a journal or a store has its tables. A database in memory is nobody else's. */
export function noteTables(owner: Owner, tables: Tables): void {
  if (tables.path !== ':memory:') known.set(owner, { ...tables, path: databaseName(tables.path) });
}

/** The owner's table, where it is in the database that the driver has at `path`. */
export function tableAt(driver: Driver, path: string, owner: Owner): string | undefined {
  const tables = known.get(owner);
  const here = tables?.driver === driver && tables.path === databaseName(path);
  return here ? tables.table : undefined;
}

/** The store's table, where it is in the journal's database. */
export function tableBeside(journal: Journal, store: SnapshotStore): string | undefined {
  const tables = known.get(journal);
  return tables && tableAt(tables.driver, tables.path, store);
}
