//! What can be read of a damaged file is exported.

use actor_journal::{Export, Import, InMemoryJournal, Journal, Result, Stores};
use pollster::block_on;
use rusqlite::Connection;

use super::place::Place;
use crate::words::{append, batch, everything, id, values};

/// A journal of three streams, written by turns, of which somebody damaged one.
async fn damaged(place: &Place, damage: &str) -> actor_journal::SqliteJournal {
    let journal = place.opened("events.db").await;
    for round in 0..50 {
        for stream in ["a", "b", "c"] {
            append(&journal, stream, round * 20, batch(round..round + 20)).await;
        }
    }
    journal.close().await.unwrap();
    Connection::open(place.path("events.db")).unwrap().execute_batch(damage).unwrap();
    place.opened("events.db").await
}

async fn export(mut export: Export<'_>) -> Result<(String, Vec<String>)> {
    let mut text = String::new();
    while let Some(lines) = export.page().await? {
        text += &lines;
    }
    Ok((text, export.left_out().to_vec()))
}

/// Rows that cannot be read, a hole, a second head, an event whose position is gone.
const DAMAGES: [&str; 4] = [
    "UPDATE events SET position = -seq WHERE pid = 'b' AND seq BETWEEN 300 AND 400",
    "DELETE FROM events WHERE pid = 'b' AND seq = 500",
    "UPDATE events_heads SET head = 7 WHERE pid = 'b'",
    "UPDATE events SET ts = 'yesterday' WHERE pid = 'b' AND seq % 7 = 3",
];

#[test]
fn of_a_damaged_journal_the_whole_streams_are_exported_on_demand() {
    for damage in DAMAGES {
        block_on(async {
            let place = Place::new();
            let journal = damaged(&place, damage).await;
            let stores = Stores::of(&journal);
            let refused = export(Export::of(stores)).await.unwrap_err();
            assert!(matches!(refused.code(), "integrity" | "corrupt"), "{damage}: {refused}");
            let (text, left_out) = export(Export::of(stores).leaving_out()).await.unwrap();
            assert_eq!(left_out, ["b"], "{damage}");
            assert!(text.contains(r#"{"leftOut":"b","code":"#));
            let copy = InMemoryJournal::new();
            let mut import = Import::into(Stores::of(&copy));
            import.page(&text).await.unwrap();
            import.finish().unwrap();
            assert_eq!((import.events(), import.left_out()), (2000, &["b".to_owned()][..]));
            for stream in ["a", "c"] {
                assert_eq!(copy.highest_seq(&id(stream)).await.unwrap(), 1000);
            }
            let all = everything(&copy).await;
            assert_eq!(values(&all[..40])[..20], values(&all[..40])[20..]);
            journal.close().await.unwrap();
        });
    }
}

/// Makes an index that lacks entries, as a flipped bit in one of its pages does.
const CUT: [&str; 3] = [
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' WHERE position <= 1500'
     WHERE name = 'events_position'",
    "REINDEX events_position",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = substr(sql, 1, instr(sql, ' WHERE') - 1)
     WHERE name = 'events_position'",
];

#[test]
fn what_an_index_hides_is_not_left_out_in_silence() {
    block_on(async {
        let place = Place::new();
        damaged(&place, "").await.close().await.unwrap();
        for step in CUT {
            Connection::open(place.path("events.db")).unwrap().execute_batch(step).unwrap();
        }
        let journal = place.opened("events.db").await;
        let stores = Stores::of(&journal);
        for begun in [Export::of(stores), Export::of(stores).leaving_out()] {
            let refused = export(begun).await.unwrap_err();
            assert_eq!(refused.code(), "corrupt");
            assert!(refused.to_string().contains("position 1500"), "{refused}");
        }
        journal.close().await.unwrap();
    });
}
