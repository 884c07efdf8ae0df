use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, Stdio},
};

use actor_journal::{
    Journal, NewEvent, NewState, SnapshotOptions, SnapshotStore, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore,
};

use super::program::{Ran, bad, good, program};
use crate::{
    place::Place,
    words::{append, batch, event, everything, id, named, tagged},
};

/// A journal with all that a copy must keep, and one more in the same file.
async fn bank() -> Place {
    let place = Place::new();
    let journal = place.open().await;
    append(&journal, "a", 0, vec![tagged(1, &["in"]), named(2, "opened", 2)]).await;
    append(&journal, "b", 0, NewEvent::bytes(&b"\xd9\xd9\xf7\x41\x00"[..])).await;
    append(&journal, "a", 2, event(3)).await;
    journal.delete(&id("a"), 1).await.unwrap();
    let options = SnapshotOptions::new(place.path("events.db")).keep(9);
    let snapshots = SqliteSnapshotStore::open(options).await.unwrap();
    for seq in [1, 2, 3] {
        snapshots.save(&id("a"), seq, NewState::json(&seq).unwrap()).await.unwrap();
    }
    let orders = SqliteJournal::open(place.options().events_table("orders")).await.unwrap();
    append(&orders, "o", 0, batch([9])).await;
    for journal in [journal, orders] {
        journal.close().await.unwrap();
    }
    snapshots.close().await.unwrap();
    place
}

/// What the program says of a journal and its snapshots; of a copy that gave out positions anew
/// without these.
fn told(file: &str) -> (Vec<serde_json::Value>, String, String) {
    let mut events = good(&["events", file, "--json"]).objects();
    events.iter_mut().for_each(|event| drop(event["position"].take()));
    (events, good(&["ids", file, "--heads"]).out, good(&["snapshots", file]).out)
}

#[test]
fn a_backup_holds_everything_and_is_made_while_others_write() {
    pollster::block_on(async {
        let place = bank().await;
        let (file, copy) = (place.path("events.db"), place.path("copy.db"));
        let journal = place.open().await;
        append(&journal, "c", 0, event(4)).await;
        let ran = good(&["backup", &file, &copy]);
        let bytes = fs::metadata(&copy).unwrap().len();
        assert_eq!(ran.lines(), [format!("copied {bytes} bytes to {copy}")]);
        append(&journal, "c", 1, event(5)).await;
        journal.delete(&id("c"), 2).await.unwrap();
        assert_eq!(good(&["events", &copy, "--json", "--id", "c"]).field("event"), [4]);
        assert_eq!(good(&["ids", &copy, "--events-table", "orders"]).lines(), ["o"]);
        assert_eq!(good(&["verify", &copy]).lines().last(), Some(&"sound"));
    });
}

#[test]
fn a_backup_needs_no_name_of_a_journal() {
    pollster::block_on(async {
        let place = Place::new();
        let orders = SqliteJournal::open(place.options().events_table("orders")).await.unwrap();
        append(&orders, "o", 0, event(1)).await;
        orders.close().await.unwrap();
        let copy = place.path("copy.db");
        good(&["backup", &place.path("events.db"), &copy]);
        assert_eq!(good(&["ids", &copy, "--events-table", "orders"]).lines(), ["o"]);

        let empty = Place::new();
        empty.connect().execute_batch("CREATE TABLE notes (note TEXT)").unwrap();
        bad(&["backup", &empty.path("events.db"), &empty.path("copy.db")], 3, "error [corrupt]");
    });
}

#[test]
fn what_is_there_is_never_overwritten_by_a_copy() {
    let place = pollster::block_on(bank());
    let (file, other) = (place.path("events.db"), place.path("other.db"));
    fs::write(&other, "mine").unwrap();
    for command in ["backup", "export"] {
        let ran = bad(&[command, &file, &other], 2, "error [invalid-argument]");
        assert!(ran.err.contains("other.db\" is there already"), "{}", ran.err);
        assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
        let nowhere = place.path("no/where");
        bad(&[command, &file, &nowhere], 1, "error [not-found]");
    }
}

#[test]
fn a_copy_goes_through_a_pipe() {
    let place = pollster::block_on(bank());
    let (file, new) = (place.path("events.db"), place.path("new.db"));
    let backup = program(&["backup", &file, "-"]).output().unwrap();
    assert!(backup.status.success() && backup.stderr.is_empty());
    let ran = fed(&["restore", "-", &new], &backup.stdout);
    assert_eq!(ran.lines(), [format!("restored {} bytes to {new}", backup.stdout.len())]);
    assert_eq!(told(&new), told(&file));
    let before = fs::read(&new).unwrap();
    let ran = fed(&["restore", "-", &new], &backup.stdout[..backup.stdout.len() - 4096]);
    assert_eq!((ran.code, &*ran.out), (Some(3), ""), "{}", ran.err);
    assert_eq!(fs::read(&new).unwrap(), before);
}

#[test]
fn a_database_is_not_restored_from_itself() {
    let place = pollster::block_on(bank());
    let (file, link) = (place.path("events.db"), place.path("link.db"));
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let before = fs::read(&file).unwrap();
    for (from, to) in [(&file, &file), (&link, &file), (&file, &link)] {
        let ran = bad(&["restore", from, to], 2, "error [invalid-argument]");
        assert!(ran.err.contains("are the same file"), "{}", ran.err);
    }
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_copy_takes_the_place_of_a_database() {
    pollster::block_on(async {
        let (place, other) = (bank().await, Place::filled().await);
        let (copy, file) = (place.path("copy.db"), other.path("events.db"));
        good(&["backup", &place.path("events.db"), &copy]);
        let length = fs::metadata(&copy).unwrap().len();
        let ran = good(&["restore", &copy, &file, "--json"]);
        assert_eq!(ran.objects()[0]["bytes"], length);
        assert_eq!(told(&file), told(&copy));
        let new = other.path("new.db");
        good(&["restore", &copy, &new]);
        assert_eq!(told(&new), told(&copy));
    });
}

#[test]
fn a_copy_that_is_damaged_or_foreign_is_refused_and_the_old_database_stays() {
    pollster::block_on(async {
        let (place, other) = (bank().await, Place::filled().await);
        let (copy, file) = (place.path("copy.db"), other.path("events.db"));
        let before = fs::read(&file).unwrap();
        good(&["backup", &place.path("events.db"), &copy]);
        let mut damaged = fs::read(&copy).unwrap();
        let end = damaged.len() - 4096;
        damaged[end..end + 8].fill(0xff);
        for bytes in [damaged, b"This is a letter.".repeat(100)] {
            fs::write(&copy, bytes).unwrap();
            bad(&["restore", &copy, &file], 3, "error [corrupt]");
            assert_eq!(fs::read(&file).unwrap(), before);
        }
        bad(&["restore", &place.path("none.db"), &file], 1, "error [not-found]");
        assert_eq!(fs::read(&file).unwrap(), before);
    });
}

#[test]
fn lines_make_the_same_journal_again() {
    let place = pollster::block_on(bank());
    let (file, lines, new) = (place.path("events.db"), place.path("lines"), place.path("new.db"));
    let ran = good(&["export", &file, &lines]);
    assert_eq!(ran.lines(), [format!("exported 3 events to {lines}")]);
    assert_eq!(good(&["export", &file]).out, fs::read_to_string(&lines).unwrap());
    assert_eq!(good(&["export", &file, "-"]).out, fs::read_to_string(&lines).unwrap());
    assert_eq!(good(&["import", &new, &lines]).lines(), ["imported 3 events"]);
    assert_eq!(told(&new), told(&file));
    assert_eq!(good(&["snapshots", &new]).lines().len(), 3);
    assert_eq!(good(&["import", &new, &lines]).lines(), ["imported 3 events"], "once more");
    assert_eq!(told(&new), told(&file));

    let bare = good(&["export", &file, "--no-snapshots"]).out;
    assert!(!bare.contains("snapshot"), "{bare}");
    let bare_copy = place.path("bare.db");
    assert_eq!(fed(&["import", &bare_copy], bare.as_bytes()).lines(), ["imported 3 events"]);
    let object = &good(&["info", &bare_copy, "--json"]).objects()[0];
    assert_eq!(object["snapshots"], serde_json::json!([]), "no table is made for no snapshots");
    assert_eq!(good(&["verify", &bare_copy]).lines().last(), Some(&"sound"));
}

/// A run that reads `bytes` from stdin.
fn fed(arguments: &[&str], bytes: &[u8]) -> Ran {
    let mut program = program(arguments);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child: Child = program.spawn().unwrap();
    // It may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    child.wait_with_output().unwrap().into()
}

fn import(file: &str, text: &str) -> Ran {
    fed(&["import", file, "-"], text.as_bytes())
}

#[test]
fn lines_come_from_stdin_and_go_beside_what_is_there() {
    pollster::block_on(async {
        let (place, other) = (bank().await, Place::new());
        let journal = other.open().await;
        append(&journal, "z", 0, event(26)).await;
        journal.close().await.unwrap();
        let ran =
            import(&other.path("events.db"), &good(&["export", &place.path("events.db")]).out);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), "imported 3 events\n"));
        let journal = other.open().await;
        assert_eq!(everything(&journal).await.len(), 4);
        assert_eq!(journal.highest_seq(&id("z")).await.unwrap(), 1);
    });
}

#[test]
fn a_text_that_is_wrong_or_cut_short_is_refused() {
    let place = pollster::block_on(bank());
    let whole = good(&["export", &place.path("events.db")]).out;
    let new = place.path("new.db");
    let ran = import(&new, "no lines\n");
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.starts_with("error [invalid-argument]: line 1: "), "{}", ran.err);
    assert_eq!(import(&new, "").code, Some(1));
    assert!(!fs::exists(&new).unwrap(), "a file is made for an export alone");
    let cut = &whole[..whole.trim_end().rfind('\n').unwrap() + 1];
    let ran = import(&new, cut);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("cut short"), "{}", ran.err);
    bad(&["import", &new, &place.path("none")], 1, "error [not-found]");
}

#[test]
fn a_stream_that_cannot_be_read_is_an_error_or_left_out() {
    let place = pollster::block_on(bank());
    let (file, lines) = (place.path("events.db"), place.path("lines"));
    place.connect().execute_batch("DELETE FROM events WHERE pid = 'a' AND seq = 2").unwrap();
    bad(&["export", &file, &lines], 3, "error [");
    assert!(!Path::new(&lines).exists(), "half a file is left");

    let ran = bad(&["export", &file, &lines, "--leave-out"], 3, "error [corrupt]: streams");
    assert!(
        ran.err.ends_with("left out, each with a line that says why: [\"a\"]\n"),
        "{}",
        ran.err
    );
    assert_eq!(ran.lines().len(), 1);
    let new = place.path("new.db");
    let told = ["imported 1 events", "the export has left out the streams [\"a\"]"];
    assert_eq!(good(&["import", &new, &lines]).lines(), told);
    let object = &good(&["import", &new, &lines, "--json"]).objects()[0];
    assert_eq!(*object, serde_json::json!({ "events": 1, "leftOut": ["a"] }));
    assert_eq!(good(&["events", &new, "--json"]).field("persistenceId"), ["b"]);
}

#[test]
fn tables_of_other_names_are_copied_too() {
    pollster::block_on(async {
        let place = bank().await;
        let (file, new) = (place.path("events.db"), place.path("new.db"));
        let ran = good(&["export", &file, "--events-table", "orders", "--no-snapshots"]);
        let lines = place.path("lines");
        fs::write(&lines, ran.out).unwrap();
        good(&["import", &new, &lines, "--events-table", "o2"]);
        let journal = SqliteJournal::open(SqliteOptions::new(&new).events_table("o2"));
        assert_eq!(everything(&journal.await.unwrap()).await.len(), 1);
        good(&["export", &file, &place.path("all")]);
        good(&["import", &new, &place.path("all"), "--snapshots-table", "s2"]);
        let object = &good(&["info", &new, "--json"]).objects()[0];
        assert_eq!(object["snapshots"][0]["table"], "s2");
    });
}
