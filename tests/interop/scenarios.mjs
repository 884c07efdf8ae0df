/** A file written in one place is opened and continued in the others, and by any SQLite tool. */
import { equal, ok } from '../package/assert.mjs';
import { sqlite3 } from '../package/server/sqlite3.mjs';
import { placed } from './places.mjs';

/** Scenarios for each two places, and for each with the `sqlite3` program. */
export function interop(places) {
  const scenarios = {};
  for (const writer of places) {
    scenarios[`what ${writer.name} wrote answers the page’s queries in sqlite3`] = () => queries(writer);
    for (const reader of places) {
      if (reader === writer) continue;
      scenarios[`what ${writer.name} wrote is continued by ${reader.name}, and back`] = () => passes(writer, reader);
      scenarios[`what ${writer.name} backed up is opened and restored by ${reader.name}`] = () => copies(writer, reader);
    }
  }
  return scenarios;
}

async function passes(writer, reader) {
  const first = await writer.written();
  const story = await writer.told(first);
  ok(story.length > 50_000, 'there is something to tell');
  equal(await reader.told(first), story, `${reader.name} reads`);
  const second = await reader.written(first);
  const continued = await reader.told(second);
  ok(continued.length > story.length, 'the story goes on');
  equal(await writer.told(second), continued, `${writer.name} reads what ${reader.name} added`);
  equal(sqlite3(placed(second), 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
}

async function copies(writer, reader) {
  const first = await writer.written();
  const story = await writer.told(first);
  const copy = await writer.copied(first);
  equal(sqlite3(placed(copy), 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  equal(await reader.told(copy), story, `${reader.name} opens`);
  equal(await reader.restored(copy), story, `${reader.name} restores`);
}

async function queries(writer) {
  const path = placed(await writer.written());
  equal(sqlite3(path, "SELECT event FROM events WHERE pid = 'konto-Zoë' AND seq > 602"), [{ event: `{"n":599,"text":"${'x'.repeat(100)}"}` }]);
  equal(sqlite3(path, "SELECT pid, seq, tags FROM events WHERE tags IS NOT NULL"), [{ pid: 'konto-Zoë', seq: 3, tags: 'money' }]);
  equal(sqlite3(path, "SELECT pid, seq FROM events_tags WHERE tag = 'money'"), [{ pid: 'konto-Zoë', seq: 3 }]);
  equal(sqlite3(path, "SELECT hex(substr(event, 1, 3)) AS mark FROM events WHERE seq = 3"), [{ mark: 'D9D9F7' }]);
  equal(sqlite3(path, 'SELECT pid, seq, state FROM snapshots'), [{ pid: 'konto-Zoë', seq: 3, state: '{"balance":5}' }]);
  equal(sqlite3(path, 'SELECT seq, manifest, version FROM events WHERE version > 0'), [{ seq: 2, manifest: 'greeted Zoë', version: 3 }]);
  equal(sqlite3(path, 'SELECT event FROM orders'), [{ event: '0' }]);
  equal(sqlite3(path, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  equal(sqlite3(path, 'PRAGMA foreign_key_check'), []);
}
