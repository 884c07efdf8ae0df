use std::{
    fs,
    future::Future,
    pin::pin,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use actor_journal::{
    Batch, Journal, NewEvent, PersistentEvent, Progress, SqliteJournal, SqliteOptions,
};
use pollster::block_on;
use rusqlite::Connection;

use super::place::{Place, checked, whole};
use crate::{
    faulty::Disk,
    words::{append, batch, event, everything, id},
};

/// Streams that are written to while a copy is made.
const STREAMS: u64 = 8;

/// Events of each append.
const WHOLE: u64 = 3;

fn stream(number: u64) -> String {
    format!("stream-{number}")
}

/// Fills a journal with some megabytes.
async fn fill(journal: &SqliteJournal) {
    for round in 0..20 {
        let entry = NewEvent::bytes(vec![b'7'; 200]);
        append(journal, "before", round * 1000, Batch::from(vec![entry; 1000])).await;
    }
}

/// What a copy may hold: of each stream as much as was answered before, to as much as was asked for
/// until its end.
struct Bounds {
    before: Vec<u64>,
    after: Vec<u64>,
}

/// Runs `copy` while as many threads as there are streams append as fast as they can.
fn under_load<T>(journal: &SqliteJournal, copy: impl FnOnce() -> T) -> (T, Bounds) {
    let heads: Vec<_> = (0..STREAMS).map(|_| AtomicU64::new(0)).collect();
    let ended = AtomicBool::new(false);
    let (started, running) = mpsc::channel();
    let write = |number: u64, started: mpsc::Sender<()>| {
        let head = &heads[usize::try_from(number).unwrap()];
        for round in 0.. {
            if ended.load(Ordering::SeqCst) {
                return round * WHOLE;
            }
            block_on(append(journal, &stream(number), round * WHOLE, batch(0..WHOLE)));
            head.store((round + 1) * WHOLE, Ordering::SeqCst);
            let _ = started.send(());
        }
        unreachable!("it ends")
    };
    thread::scope(|scope| {
        let writers: Vec<_> = (0..STREAMS)
            .map(|number| {
                let (write, started) = (&write, started.clone());
                scope.spawn(move || write(number, started))
            })
            .collect();
        running.iter().take(100).for_each(drop);
        let before = heads.iter().map(|head| head.load(Ordering::SeqCst)).collect();
        let copied = copy();
        ended.store(true, Ordering::SeqCst);
        let after = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        (copied, Bounds { before, after })
    })
}

/// Checks that a copy is what its journal was at one moment within the bounds.
async fn check_moment(copy: &SqliteJournal, journal: &SqliteJournal, bounds: &Bounds) {
    let copied = everything(copy).await;
    let all: Vec<PersistentEvent> = everything(journal).await;
    assert!(copied == all[..copied.len()], "the copy is no beginning of the journal");
    for number in 0..STREAMS {
        let index = usize::try_from(number).unwrap();
        let head = copy.highest_seq(&id(&stream(number))).await.unwrap();
        assert!((bounds.before[index]..=bounds.after[index]).contains(&head), "not of that time");
        assert_eq!(head % WHOLE, 0, "half a batch");
    }
}

async fn back_up_under_load(options: SqliteOptions) {
    let place = Place::new();
    let journal = SqliteJournal::open(options).await.unwrap();
    fill(&journal).await;
    let mut told = Vec::new();
    let tell = |progress| {
        // A process that is killed now leaves one file.
        assert!(!place.files().iter().any(|name| name.ends_with(".partial-journal")));
        told.push(progress);
    };
    let copied = || block_on(journal.backup(place.path("copy.db"), tell));
    let (copied, bounds) = under_load(&journal, copied);
    copied.unwrap();
    assert!(told.iter().all(|told| told.done <= told.total));
    assert!(told.last().is_some_and(|last| last.done == last.total && last.total > 4_000_000));
    assert_eq!(place.files(), ["copy.db"]);
    assert_eq!(checked(&place.path("copy.db")), whole());
    let copy = place.opened("copy.db").await;
    check_moment(&copy, &journal, &bounds).await;
    copy.close().await.unwrap();
    journal.close().await.unwrap();
}

#[test]
fn a_backup_under_a_log_is_what_stood_there_at_one_moment() {
    let place = Place::new();
    block_on(back_up_under_load(SqliteOptions::new(place.path("events.db")).wal(true)));
}

#[test]
fn a_backup_without_a_log_is_what_stood_there_at_one_moment() {
    let place = Place::new();
    block_on(back_up_under_load(SqliteOptions::new(place.path("events.db")).wal(false)));
}

/// SQLite's own connection stands for another process. Each of its commits makes the copy begin anew.
#[test]
fn a_backup_without_a_log_comes_to_its_end_while_another_program_writes() {
    let place = Place::new();
    let options = SqliteOptions::new(place.path("events.db")).wal(false);
    let options = options.busy_timeout(Duration::from_secs(60));
    let journal = block_on(SqliteJournal::open(options)).unwrap();
    block_on(fill(&journal));
    let other = Connection::open(place.path("events.db")).unwrap();
    other.busy_timeout(Duration::from_secs(60)).unwrap();
    other.execute_batch("CREATE TABLE other (x)").unwrap();
    let ended = AtomicBool::new(false);
    let (started, running) = mpsc::channel();
    thread::scope(|scope| {
        let ended = &ended;
        scope.spawn(move || {
            while !ended.load(Ordering::SeqCst) {
                other.execute("INSERT INTO other VALUES (1)", []).unwrap();
                let _ = started.send(());
                // It has other things to do as well: between commits that follow at once SQLite lets
                // nobody in.
                thread::sleep(Duration::from_millis(1));
            }
        });
        running.recv().unwrap();
        let copied = block_on(journal.backup(place.path("copy.db"), |_| {}));
        ended.store(true, Ordering::SeqCst);
        copied.unwrap();
    });
    assert_eq!(checked(&place.path("copy.db")), whole());
    assert_eq!(block_on(place.head_of("copy.db", "before")), 20_000);
    block_on(journal.close()).unwrap();
}

#[test]
fn a_backup_of_memory_is_what_stood_there_at_one_moment() {
    block_on(back_up_under_load(SqliteOptions::default()));
}

#[test]
fn a_backup_of_a_database_that_is_its_owner_s_alone_is_what_stood_there_at_one_moment() {
    block_on(back_up_under_load(Disk::new().journal(actor_journal::Durability::Full)));
}

/// Reads an image piece by piece into a file.
async fn save(journal: &SqliteJournal, path: &str) {
    let image = journal.image().await.unwrap();
    let mut bytes = Vec::new();
    loop {
        let piece = image.read(bytes.len() as u64, 100_003).await.unwrap();
        if piece.is_empty() {
            break;
        }
        bytes.extend(piece);
    }
    assert_eq!(bytes.len() as u64, image.length());
    fs::write(path, bytes).unwrap();
}

async fn image_under_load(options: SqliteOptions) {
    let place = Place::new();
    let journal = SqliteJournal::open(options.checkpoint_pages(10)).await.unwrap();
    fill(&journal).await;
    let path = place.path("copy.db");
    let ((), bounds) = under_load(&journal, || block_on(save(&journal, &path)));
    assert_eq!(checked(&path), whole());
    let copy = place.opened("copy.db").await;
    check_moment(&copy, &journal, &bounds).await;
    copy.close().await.unwrap();
    journal.close().await.unwrap();
}

#[test]
fn an_image_is_what_stood_there_at_one_moment() {
    let place = Place::new();
    block_on(async {
        image_under_load(Disk::new().journal(actor_journal::Durability::Full)).await;
        image_under_load(SqliteOptions::new(place.path("events.db")).wal(true)).await;
        image_under_load(SqliteOptions::new(place.path("other.db"))).await;
        image_under_load(SqliteOptions::default()).await;
    });
}

#[test]
fn of_a_database_that_is_its_owner_s_alone_one_image_is_taken_at_a_time() {
    block_on(async {
        let journal = Disk::new().open().await;
        let image = journal.image().await.unwrap();
        assert!(journal.image().await.is_err_and(|error| error.is_busy()));
        drop(image);
        let image = journal.image().await.unwrap();
        journal.close().await.unwrap();
        assert!(image.read(0, 100).await.is_err_and(|error| error.is_closed()));
    });
}

/// An image keeps the log from being moved; when it is gone, the next commit moves it.
#[test]
fn what_is_appended_beside_an_image_is_moved_when_the_image_is_gone() {
    block_on(async {
        let disk = Disk::new();
        let options = disk.journal(actor_journal::Durability::Full).checkpoint_pages(4);
        let journal = SqliteJournal::open(options).await.unwrap();
        append(&journal, "a", 0, batch(1..=10)).await;
        let image = journal.image().await.unwrap();
        let database = || disk.files()[crate::faulty::DATABASE].clone();
        let before = database();
        for seq in 10..60 {
            append(&journal, "a", seq, event(seq)).await;
        }
        assert_eq!(database(), before);
        drop(image);
        append(&journal, "a", 60, event(60)).await;
        journal.highest_seq(&id("a")).await.unwrap();
        assert_ne!(database(), before);
        journal.close().await.unwrap();
    });
}

#[test]
fn a_backup_does_not_overwrite_anything() {
    block_on(async {
        let place = Place::new();
        let journal = SqliteJournal::open(SqliteOptions::default()).await.unwrap();
        fs::write(place.path("there"), "something").unwrap();
        for to in [place.path("there"), place.path("."), ":memory:".into()] {
            let refused = journal.backup(to, |_| {}).await.unwrap_err();
            assert!(matches!(refused.code(), "invalid-argument" | "storage-unavailable"));
        }
        let nowhere = journal.backup(place.path("no/where"), |_| {}).await.unwrap_err();
        assert_eq!(nowhere.code(), "not-found");
        assert_eq!(fs::read(place.path("there")).unwrap(), b"something");
        assert_eq!(place.files(), ["there"]);
        // The database itself is there, too.
        let journal = place.opened("events.db").await;
        let refused = journal.backup(place.path("events.db"), |_| {}).await.unwrap_err();
        assert_eq!(refused.code(), "invalid-argument");
        journal.close().await.unwrap();
    });
}

#[test]
fn a_backup_that_is_given_up_leaves_nothing_half_made() {
    for wal in [true, false] {
        let (place, copies) = (Place::new(), Place::new());
        let options = SqliteOptions::new(place.path("events.db")).wal(wal);
        let journal = block_on(SqliteJournal::open(options)).unwrap();
        block_on(fill(&journal));
        let told = AtomicU64::new(0);
        let count = |_: Progress| {
            told.fetch_add(1, Ordering::SeqCst);
        };
        let mut backup = Box::pin(journal.backup(copies.path("copy.db"), count));
        let mut context = Context::from_waker(Waker::noop());
        while told.load(Ordering::SeqCst) == 0 {
            let _ = backup.as_mut().poll(&mut context);
            thread::yield_now();
        }
        drop(backup);
        let begun = Instant::now();
        // Where it had come to its end just before, the copy is there.
        while !copies.files().is_empty() && copies.files() != ["copy.db"] {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", copies.files());
            thread::yield_now();
        }
        block_on(journal.close()).unwrap();
    }
}

#[test]
fn a_backup_ends_with_its_journal() {
    block_on(async {
        let place = Place::new();
        let journal = SqliteJournal::open(SqliteOptions::default()).await.unwrap();
        fill(&journal).await;
        let mut backup = pin!(journal.backup(place.path("copy.db"), |_| {}));
        let mut context = Context::from_waker(Waker::noop());
        let begun = backup.as_mut().poll(&mut context);
        journal.clone().close().await.unwrap();
        match begun {
            Poll::Ready(copied) => copied.unwrap(),
            Poll::Pending => {
                let ended = backup.await;
                assert!(ended.is_ok() || ended.is_err_and(|error| error.is_closed()));
            }
        }
        assert!(journal.backup(place.path("late.db"), |_| {}).await.is_err());
    });
}
