//! The statements that make the tables, in each version of the format.
//!
//! The columns that the first version had are the source page's and stand under its names; DESIGN.md
//! says why the others stand beside them.

use super::Found;

/// A table or an index: what it is called, and the statement that makes it.
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) sql: String,
}

impl Definition {
    fn table(name: String, body: &str) -> Self {
        let sql = format!("CREATE TABLE \"{name}\" {body}");
        Self { name, sql }
    }

    fn index(name: String, unique: &str, on: &str) -> Self {
        let sql = format!("CREATE {unique}INDEX \"{name}\" ON {on}");
        Self { name, sql }
    }

    /// Whether `sql` is nearly the same, so that it was this before a part of it was changed.
    pub(crate) fn is_nearly(&self, sql: &str) -> bool {
        const CHANGED: usize = 8;
        let (ours, theirs) = (words(&self.sql), words(sql));
        let alike = |(one, other): &(u8, u8)| one == other;
        let begin = ours.bytes().zip(theirs.bytes()).take_while(alike).count();
        let end = ours.bytes().rev().zip(theirs.bytes().rev()).take_while(alike).count();
        begin + end + CHANGED >= ours.len().max(theirs.len())
    }

    /// Whether `sql` makes the same: word for word, but for case, blanks, quotes and comments.
    pub(crate) fn is_made_by(&self, sql: &str) -> bool {
        words(&self.sql) == words(sql)
    }
}

/// What follows the columns of the first version, in those behind it.
fn added(found: Found) -> &'static str {
    match (found.has_manifests(), found.has_checksums()) {
        (true, true) => "manifest TEXT, version INTEGER, checksum INTEGER,",
        (true, false) => "manifest TEXT, version INTEGER,",
        _ => "",
    }
}

fn checksum(found: Found) -> &'static str {
    if found.has_checksums() { ", checksum INTEGER" } else { "" }
}

/// The tables and indexes of a journal; of one that the page's DDL made only the events' table, the
/// rest may or may not be there.
pub(crate) fn journal(stem: &str, found: Found) -> Vec<Definition> {
    if found == Found::Page {
        return vec![page(stem)];
    }
    let name = |suffix: &str| format!("{stem}{suffix}");
    let (added, checksum) = (added(found), checksum(found));
    let events = format!(
        "(
            pid TEXT NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL, ts INTEGER NOT NULL,
            tags TEXT, position INTEGER NOT NULL, token BLOB, {added}
            PRIMARY KEY (pid, seq)
        ) WITHOUT ROWID"
    );
    let tags = format!(
        "(
            pid TEXT NOT NULL, seq INTEGER NOT NULL, tag TEXT NOT NULL, position INTEGER NOT NULL,
            PRIMARY KEY (pid, seq, tag),
            FOREIGN KEY (pid, seq) REFERENCES \"{stem}\" (pid, seq) ON DELETE CASCADE
        ) WITHOUT ROWID"
    );
    let heads = format!(
        "(
            pid TEXT NOT NULL PRIMARY KEY, head INTEGER NOT NULL, compacted INTEGER NOT NULL{checksum}
        ) WITHOUT ROWID"
    );
    let meta =
        format!("(key TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL{checksum}) WITHOUT ROWID");
    let on_tags = format!("\"{stem}_tags\" (tag, position)");
    let mut definitions = vec![
        Definition::table(name(""), &events),
        Definition::index(name("_position"), "UNIQUE ", &format!("\"{stem}\" (position)")),
        Definition::table(name("_tags"), &tags),
        Definition::index(name("_tags_tag"), "", &on_tags),
        Definition::table(name("_heads"), &heads),
        Definition::table(name("_meta"), &meta),
    ];
    definitions.extend(found.has_beginnings().then(|| beginnings(stem)));
    definitions
}

/// The table of a journal's streams in the order in which they have begun, which version 4 brought.
pub(crate) fn beginnings(stem: &str) -> Definition {
    let body = "(number INTEGER PRIMARY KEY, pid TEXT NOT NULL, checksum INTEGER NOT NULL)";
    Definition::table(format!("{stem}_begun"), body)
}

fn page(stem: &str) -> Definition {
    let body = "(pid TEXT NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL, ts INTEGER NOT NULL,
        tags TEXT, PRIMARY KEY (pid, seq))";
    Definition::table(stem.into(), body)
}

/// The tag table that the page's DDL makes.
pub(crate) fn page_tags(stem: &str) -> Definition {
    let body = format!(
        "(pid TEXT NOT NULL, seq INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (pid, seq, tag),
        FOREIGN KEY (pid, seq) REFERENCES \"{stem}\" (pid, seq) ON DELETE CASCADE)"
    );
    Definition::table(format!("{stem}_tags"), &body)
}

/// The table of a snapshot store; in version 1, the source page's.
pub(crate) fn snapshots(table: &str, found: Found) -> Definition {
    let added = added(found);
    let body = format!(
        "(
            pid TEXT NOT NULL, seq INTEGER NOT NULL, state BLOB NOT NULL, ts INTEGER NOT NULL, {added}
            PRIMARY KEY (pid, seq)
        )"
    );
    Definition::table(table.into(), &body)
}

/// The table of a durable state store, which version 2 brought.
pub(crate) fn states(table: &str, found: Found) -> Definition {
    let checksum = checksum(found);
    let body = format!(
        "(
            pid TEXT NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, state BLOB, ts INTEGER NOT NULL,
            token BLOB NOT NULL, manifest TEXT, version INTEGER{checksum}
        )"
    );
    Definition::table(table.into(), &body)
}

/// The table of the builds of a journal's projections.
pub(crate) fn projections(table: &str, _: Found) -> Definition {
    let body = "(
            name TEXT NOT NULL, build INTEGER NOT NULL, position INTEGER NOT NULL,
            stands INTEGER NOT NULL, tables TEXT NOT NULL, checksum INTEGER,
            PRIMARY KEY (name, build)
        ) WITHOUT ROWID";
    Definition::table(table.into(), body)
}

/// The table of the events that they have passed over.
pub(crate) fn skipped(table: &str, _: Found) -> Definition {
    let body = "(
            name TEXT NOT NULL, build INTEGER NOT NULL, position INTEGER NOT NULL,
            pid TEXT NOT NULL, seq INTEGER NOT NULL, error TEXT NOT NULL, ts INTEGER NOT NULL,
            PRIMARY KEY (name, build, position)
        ) WITHOUT ROWID";
    Definition::table(table.into(), body)
}

/// The words and signs of a statement, one blank between each, told apart as SQLite does.
pub(super) fn words(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let mut words = String::new();
    let mut in_word = false;
    for sign in lines.flat_map(|line| line.chars().chain(['\n'])) {
        let is_word = is_word(sign);
        if sign.is_ascii_whitespace() || sign == '"' {
            in_word = false;
            continue;
        }
        let goes_on = in_word && is_word;
        if !goes_on && !words.is_empty() {
            words.push(' ');
        }
        words.push(sign.to_ascii_lowercase());
        in_word = is_word;
    }
    words
}

/// Whether a character belongs to a word: outside ASCII, each does.
pub(super) fn is_word(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_' || !sign.is_ascii()
}
