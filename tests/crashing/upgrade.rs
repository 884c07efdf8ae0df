//! Files of earlier formats that are brought up to date when the power is cut.

use std::collections::BTreeSet;

use actor_journal::{Durability, Journal};
use rusqlite::{Connection, Row, Statement};

use super::{
    power::{Fate, Power},
    story::Stores,
};
use crate::{
    faulty::{DATABASE, Disk, Image},
    tables,
    words::{append, event, everything, id},
};

/// The files of every format that there was.
pub const OLD: [&[u8]; 5] = [
    include_bytes!("../fixtures/page.db"),
    include_bytes!("../fixtures/page-without-tag-table.db"),
    include_bytes!("../fixtures/version-1.db"),
    include_bytes!("../fixtures/version-2.db"),
    include_bytes!("../fixtures/version-3.db"),
];

/// Whenever the power is cut, each table is the old one or the new one, with all that it held.
pub async fn cut(empty: &Disk, old: &[u8]) {
    let (disk, after) = (empty.another(), empty.another());
    let old = Image::from([(DATABASE.into(), old.to_vec())]);
    disk.load(old.clone());
    let (before, held) = (layout(&disk.connect()), rows(&disk.connect()));
    Stores::open(&disk, Durability::Full).await.unwrap().close().await;
    let (mut found, mut power) = (BTreeSet::new(), Power::on(old));
    for (moment, change) in disk.history().iter().enumerate() {
        power.advance(change);
        for fate in [Fate::Kept, Fate::Dropped, Fate::Torn(moment as u64)] {
            after.load(power.cut(fate));
            found.insert(layout(&after.connect()));
            // SQLite alone has recovered it by now.
            after.load(power.cut(fate));
            check(&after, &held).await;
        }
    }
    let now = layout(&disk.connect());
    assert!(found.contains(&before) && found.contains(&now), "{found:?}");
    let between = found.iter().filter(|layout| **layout != before && **layout != now);
    assert!(between.count() <= 1, "the journal's tables, and then the store's: {found:?}");
}

async fn check(disk: &Disk, held: &[Held]) {
    let stores = Stores::open(disk, Durability::Full).await.unwrap();
    let last = everything(&stores.journal).await.last().map_or(0, |event| event.position);
    let head = stores.journal.highest_seq(&id("account-1")).await.unwrap();
    stores.close().await;
    assert_eq!(rows(&disk.connect()), held);
    let stores = Stores::open(disk, Durability::Full).await.unwrap();
    let more = append(&stores.journal, "account-1", head, event(1)).await;
    assert!(more[0].position > last && more[0].seq == head + 1);
    stores.close().await;
    tables::check(&disk.connect());
}

/// A row of events or of snapshots.
type Held = (String, i64, Vec<u8>);

fn rows(connection: &Connection) -> Vec<Held> {
    let rows = |payload: &str, table: &str| -> Vec<Held> {
        let sql =
            format!("SELECT pid, seq, CAST({payload} AS BLOB) FROM {table} ORDER BY pid, seq");
        // A journal alone has no snapshots.
        let Ok(mut select) = connection.prepare(&sql) else { return Vec::new() };
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        select.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    [rows("event", "events"), rows("state", "snapshots")].concat()
}

/// The columns of the tables that upgrades change, and the file's version.
fn layout(connection: &Connection) -> String {
    let columns = |table: &str| {
        let statement = connection.prepare(&format!("SELECT * FROM {table}"));
        let names =
            |statement: Statement<'_>| statement.column_names().collect::<Vec<_>>().join(" ");
        statement.map_or_else(|_| "none".into(), names)
    };
    let version = |row: &Row<'_>| row.get::<_, i64>(0);
    let version = connection.query_row("PRAGMA user_version", [], version).unwrap();
    format!("{version}: {}; {}", columns("events"), columns("snapshots"))
}
