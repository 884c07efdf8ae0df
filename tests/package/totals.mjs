/** A projection that adds up the numbers of each stream. */
import { SqliteProjection } from './actor-journal.mjs';

const ADD = 'UPDATE {t} SET total = total + ?2 WHERE id = ?1';

/**
 * An event that is a text is a statement. `fail` is called with each event before it is applied, `answer` gives
 * other statements.
 */
export class Totals extends SqliteProjection {
  table;

  constructor(journal, { name = 'totals', table = 'totals', factor = 1, fail, answer, ...settings } = {}) {
    const named = (sql) => sql.replaceAll('{t}', `{${table}}`);
    super(journal, {
      name,
      tables: [table],
      create: named('CREATE TABLE {t} (id TEXT PRIMARY KEY, total INTEGER NOT NULL)'),
      async apply({ persistenceId, event }) {
        await fail?.(event);
        if (answer) return answer(event);
        if (typeof event === 'string') return [{ sql: event }];
        return [
          { sql: named('INSERT OR IGNORE INTO {t} VALUES (?1, 0)'), params: [persistenceId] },
          { sql: named(ADD), params: [persistenceId, factor * event] },
        ];
      },
      ...settings,
    });
    this.table = table;
  }
}

/** What the view holds. */
export async function totals(projection) {
  const rows = await projection.query(`SELECT id, total FROM {${projection.table}}`);
  return Object.fromEntries(rows.map(({ id, total }) => [id, total]));
}

/** What a plain fold of the events up to a position gives. */
export async function folded(journal, until = Infinity) {
  const found = {};
  for await (const { persistenceId, event, position } of journal.allEvents()) {
    if (position > until) break;
    found[persistenceId] = (found[persistenceId] ?? 0) + event;
  }
  return found;
}
