//! A journal on a small file system that is really full. It is mounted for this test alone, in a
//! namespace of its own, by this program started once more.
#![cfg(target_os = "linux")]

mod tables;
mod words;

use std::{
    env,
    io::{Write, stderr},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use actor_journal::{Batch, Journal, NewEvent, Seq, SqliteJournal, SqliteOptions};
use futures_util::future::join_all;
use pollster::block_on;
use tempfile::TempDir;
use words::{everything, id, read};

const NAME: &str = "appends_go_on_when_a_full_file_system_has_room_again";

/// Set where file systems may be mounted.
const MAY_MOUNT: &str = "ACTOR_JOURNAL_MAY_MOUNT";

/// What gives a program a namespace in which it may mount: as root, and as anybody.
const NAMESPACES: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];

#[test]
fn appends_go_on_when_a_full_file_system_has_room_again() {
    if env::var_os(MAY_MOUNT).is_some() {
        for wal in [true, false] {
            block_on(fill(wal));
        }
        return;
    }
    let refusals = NAMESPACES.map(|namespace| match try_to_mount(namespace) {
        Ok(()) => Err(namespace),
        Err(reason) => Ok(format!("unshare {}: {reason}", namespace.join(" "))),
    });
    match refusals.iter().find_map(|refusal| refusal.as_ref().err()) {
        Some(namespace) => run_in(namespace),
        // Past the harness, which keeps what tests that pass have printed.
        None => writeln!(stderr(), "no file system may be mounted here: {refusals:?}").unwrap(),
    }
}

fn try_to_mount(namespace: &[&str]) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    let mut unshare = Command::new("unshare");
    unshare.args(namespace).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(directory.path());
    let output = unshare.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(said(&output)) }
}

fn run_in(namespace: &[&str]) {
    let mut test = Command::new("unshare");
    test.args(namespace).arg(env::current_exe().unwrap()).args([NAME, "--exact", "--nocapture"]);
    let output = test.env(MAY_MOUNT, "").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).trim().into()
}

/// A file system in memory.
struct Small(TempDir);

impl Small {
    fn mount() -> Self {
        let small = Self(tempfile::tempdir().unwrap());
        mount(&["-t", "tmpfs", "-o", "size=256k", "tmpfs"], small.0.path());
        small
    }

    fn has(&self, kilobytes: u64) {
        mount(&["-o", &format!("remount,size={kilobytes}k")], self.0.path());
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("events.db")
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0.path()).status().unwrap();
    }
}

fn mount(options: &[&str], at: &Path) {
    let output = Command::new("mount").args(options).arg(at).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

const STREAMS: [&str; 4] = ["a", "b", "c", "d"];

/// What was appended to each stream and answered.
type Heads = [Seq; STREAMS.len()];

async fn fill(wal: bool) {
    let small = Small::mount();
    let options = SqliteOptions::new(small.file().to_str().unwrap()).wal(wal);
    let mut heads = Heads::default();
    let mut journal = SqliteJournal::open(options.clone()).await.unwrap();
    for kilobytes in [512, 600, 700, 1024, 1100, 2048] {
        small.has(kilobytes);
        let before = heads;
        append_until_full(&journal, &mut heads).await;
        assert_ne!(heads, before, "there was room");
        check(&journal, &heads).await;
        if kilobytes == 1024 {
            journal.close().await.unwrap();
            small.has(1030);
            journal = SqliteJournal::open(options.clone()).await.unwrap();
            check(&journal, &heads).await;
        }
    }
    small.has(4096);
    journal.close().await.unwrap();
    tables::check(&rusqlite::Connection::open(small.file()).unwrap());
}

/// Appends large batches, and then smaller ones, to all streams at once, whose appends may have to
/// be stored together, and then to one alone.
async fn append_until_full(journal: &SqliteJournal, heads: &mut Heads) {
    for size in [40, 12, 3, 1] {
        while append_to(&STREAMS, journal, heads, size).await {}
    }
    while append_to(&STREAMS[..1], journal, heads, 1).await {}
}

/// Whether all of the appends were answered. Those that were not are refused as `full`.
async fn append_to(
    streams: &[&str],
    journal: &SqliteJournal,
    heads: &mut Heads,
    size: u64,
) -> bool {
    let calls = streams.iter().zip(*heads).map(async |(stream, head)| {
        journal.append(&id(stream), head, batch(stream, head, size)).await
    });
    let mut all = true;
    for (head, answer) in heads.iter_mut().zip(join_all(calls).await) {
        match answer {
            Ok(events) => *head += events.len() as Seq,
            Err(error) => {
                assert!(error.is_full(), "{error}");
                all = false;
            }
        }
    }
    all
}

fn batch(stream: &str, head: Seq, size: u64) -> Batch {
    let event = |seq| NewEvent::json(&(stream, seq, "x".repeat(700))).unwrap();
    let tagged = |seq| event(seq).tagged(["all"]).unwrap();
    (head + 1..=head + size).map(tagged).collect::<Vec<_>>().into()
}

/// Everything that was answered is there, and nothing else.
async fn check(journal: &SqliteJournal, heads: &Heads) {
    for (stream, head) in STREAMS.iter().zip(heads) {
        let found = read(journal, stream).await;
        let expected = batch(stream, 0, *head);
        let payloads = found.iter().map(|event| &event.payload);
        assert!(payloads.eq(expected.entries().iter().map(|event| &event.payload)));
        assert_eq!(journal.highest_seq(&id(stream)).await.unwrap(), *head);
    }
    assert_eq!(everything(journal).await.len() as u64, heads.iter().sum::<Seq>());
}
