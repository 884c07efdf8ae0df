/** The table that peers on SQLite keep events in, as on the page that the format comes from. */

export const TABLE = `CREATE TABLE IF NOT EXISTS events (
  pid TEXT NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL, ts INTEGER NOT NULL, tags TEXT,
  PRIMARY KEY (pid, seq))`;
export const INSERT = 'INSERT INTO events (pid, seq, event, ts, tags) VALUES (?, ?, ?, ?, NULL)';
export const SELECT = 'SELECT seq, event, ts FROM events WHERE pid = ? ORDER BY seq';
