//! A disk in memory, as a VFS of SQLite, that fails when it is told to and remembers every change,
//! so that the power can be cut at each of them afterwards.

// Each test file uses some of it.
#![allow(dead_code)]

pub mod check;
pub mod power;
pub mod story;
mod vfs;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use actor_journal::{
    Durability, DurableStateOptions, SnapshotOptions, SqliteJournal, SqliteOptions,
};
use rsqlite_vfs::VfsErrorCode;
use rusqlite::{Connection, OpenFlags};

/// What every file holds, by its name.
pub type Image = BTreeMap<String, Vec<u8>>;

/// The one database of a disk.
pub const DATABASE: &str = "events.db";

#[derive(Clone)]
pub struct Change {
    pub file: String,
    pub what: What,
}

#[derive(Clone)]
pub enum What {
    Create,
    Write { at: usize, bytes: Vec<u8> },
    Resize(usize),
    Sync,
    Delete,
}

/// A disk that is registered as a VFS under a name of its own, for as long as the program runs.
#[derive(Clone)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    name: String,
}

#[derive(Default)]
struct State {
    files: Image,
    history: Vec<Change>,
    /// Writes, resizes and syncs so far.
    calls: usize,
    fault: Option<Fault>,
}

/// An error at one of the calls that change something, counted from 0 since it was set.
#[derive(Clone, Copy)]
pub struct Fault {
    pub call: usize,
    pub code: VfsErrorCode,
    /// Whether every later call fails too, until [`Disk::heal`].
    pub lasting: bool,
    /// Whether a write that fails is there all the same, or only half of it.
    pub written: bool,
}

impl Change {
    /// Makes the change in `image`, where the file exists.
    pub fn apply(&self, image: &mut Image) {
        match &self.what {
            What::Create => drop(image.entry(self.file.clone()).or_default()),
            What::Delete => drop(image.remove(&self.file)),
            What::Sync => {}
            What::Resize(size) => image.get_mut(&self.file).unwrap().resize(*size, 0),
            What::Write { at, bytes } => write(image.get_mut(&self.file).unwrap(), *at, bytes),
        }
    }
}

/// What stands between the file's end and `at` becomes zeros.
fn write(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    file.resize(file.len().max(end), 0);
    file[at..end].copy_from_slice(bytes);
}

impl Disk {
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("faulty-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let disk = Self { state: Arc::default(), name };
        vfs::register(&disk);
        disk
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Puts other files on the disk, which nobody has open. It is whole again and has no history.
    pub fn load(&self, files: Image) {
        *self.state() = State { files, ..State::default() };
    }

    /// Every change so far.
    pub fn history(&self) -> Vec<Change> {
        self.state().history.clone()
    }

    /// How many changes there were so far.
    pub fn moment(&self) -> usize {
        self.state().history.len()
    }

    /// How many calls there were, since the last [`load`](Self::load) or [`fail`](Self::fail),
    /// that may fail.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// Fails from now on as `fault` says.
    pub fn fail(&self, fault: Fault) {
        let mut state = self.state();
        state.calls = 0;
        state.fault = Some(fault);
    }

    pub fn heal(&self) {
        self.state().fault = None;
    }

    pub fn files(&self) -> Image {
        self.state().files.clone()
    }

    pub fn journal(&self, durability: Durability) -> SqliteOptions {
        let options = SqliteOptions::new(DATABASE).vfs(&self.name).synchronous(durability);
        options.checkpoint_pages(1000)
    }

    pub async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(self.journal(Durability::Full)).await.unwrap()
    }

    pub fn snapshots(&self) -> SnapshotOptions {
        SnapshotOptions::new(DATABASE).vfs(&self.name)
    }

    pub fn states(&self) -> DurableStateOptions {
        DurableStateOptions::new(DATABASE).vfs(&self.name)
    }

    /// SQLite itself on the disk, without what the journal puts between them.
    pub fn connect(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection =
            Connection::open_with_flags_and_vfs(DATABASE, flags, self.name.as_str()).unwrap();
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE").unwrap();
        connection
    }

    /// A disk with an empty database of pages so small that little work fills its log, and of so
    /// few in memory that a batch goes to the log in part before it is committed.
    pub fn with_small_pages() -> Self {
        let disk = Self::new();
        let pages = "PRAGMA page_size = 512; PRAGMA journal_mode = WAL;
            PRAGMA default_cache_size = 16";
        disk.connect().execute_batch(pages).unwrap();
        disk
    }
}

impl State {
    /// Makes a change, or fails.
    fn change(&mut self, change: Change) -> Result<(), VfsErrorCode> {
        let may_fail = !matches!(change.what, What::Create | What::Delete);
        let failed = self.fault.filter(|fault| may_fail && fault.is_due(self.calls));
        self.calls += usize::from(may_fail);
        let change = match (failed, change.what) {
            (Some(fault), What::Write { at, mut bytes }) => {
                let written = if fault.written { bytes.len() } else { bytes.len() / 2 };
                bytes.truncate(written);
                Change { what: What::Write { at, bytes }, ..change }
            }
            (Some(Fault { code, .. }), _) => return Err(code),
            (None, what) => Change { what, ..change },
        };
        change.apply(&mut self.files);
        self.history.push(change);
        failed.map_or(Ok(()), |fault| Err(fault.code))
    }
}

impl Fault {
    fn is_due(&self, call: usize) -> bool {
        call == self.call || self.lasting && call > self.call
    }
}
