//! What must hold of the tables of a journal and of the stores beside it, whatever has happened to
//! their file. It is read by SQLite alone, without the journal's own code.

use rusqlite::Connection;

/// Each finds what must not be there: how many, where the sentence before it is not true.
const RULES: [(&str, &str); 9] = [
    (
        "the events of a stream are contiguous",
        "SELECT count(*) FROM (SELECT 1 FROM events GROUP BY pid
         HAVING max(seq) - min(seq) + 1 <> count(*) OR min(seq) < 1)",
    ),
    (
        "a stream begins behind its mark and ends at its head",
        "SELECT count(*) FROM events_heads AS h
         LEFT JOIN (SELECT pid, min(seq) AS first, max(seq) AS last FROM events GROUP BY pid) USING (pid)
         WHERE h.head <> coalesce(last, h.compacted) OR h.compacted <> coalesce(first - 1, h.head)",
    ),
    (
        "a stream that has events has a head",
        "SELECT count(*) FROM events WHERE pid NOT IN (SELECT pid FROM events_heads)",
    ),
    (
        "each stream that has a head is noted once to have begun, and none is left out",
        "SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY number) AS place, number, pid, head
         FROM events_begun FULL JOIN events_heads USING (pid))
         WHERE number IS NOT place OR head IS NULL",
    ),
    (
        "no position is given out twice",
        "SELECT count(*) - count(DISTINCT position) + sum(position < 1) FROM events",
    ),
    (
        "positions rise within a stream",
        "SELECT count(*) FROM events AS a JOIN events AS b ON b.pid = a.pid AND b.seq = a.seq + 1
         WHERE b.position <= a.position",
    ),
    (
        "each row of a tag belongs to an event that has it, at its position",
        "SELECT count(*) FROM events_tags AS t LEFT JOIN events AS e USING (pid, seq)
         WHERE e.position IS NOT t.position
         OR coalesce(instr(',' || e.tags || ',', ',' || t.tag || ','), 0) = 0",
    ),
    (
        "each tag of an event has a row",
        "SELECT (SELECT coalesce(sum(length(tags) - length(replace(tags, ',', '')) + 1), 0)
         FROM events) <> (SELECT count(*) FROM events_tags)",
    ),
    ("a token has 16 bytes", "SELECT count(*) FROM events WHERE length(token) <> 16"),
];

/// SQLite finds no damage in the file, and every rule is kept.
pub fn check(connection: &Connection) {
    let damage = connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(damage.unwrap(), "ok");
    for (rule, broken) in RULES {
        let broken = connection.query_row(broken, [], |row| row.get::<_, Option<i64>>(0)).unwrap();
        assert_eq!(broken.unwrap_or(0), 0, "{rule}");
    }
}
