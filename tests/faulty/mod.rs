//! A disk in memory, in a VFS of SQLite, that fails when it is told to and remembers every change,
//! so that the power can be cut at each of them afterwards.
//!
//! A journal has it by the name of the VFS, which nobody else reaches meanwhile; or, natively, as
//! ordinary files, where the VFS is the default one of the program and the journal shares the files
//! with another, which opens them by another path.

// Each test file uses some of it.
#![allow(dead_code)]

pub mod by_name;
mod sharing;
mod vfs;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use actor_journal::{
    Durability, DurableStateOptions, SnapshotOptions, SqliteJournal, SqliteOptions,
};
use rsqlite_vfs::VfsErrorCode;
use rusqlite::{Connection, OpenFlags};
use sharing::Sharing;

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
    Write {
        at: usize,
        bytes: Vec<u8>,
    },
    Resize(usize),
    Sync,
    /// Flushed, if asked for, with its directory.
    Delete {
        flushed: bool,
    },
}

/// How a journal has its files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By the name of the VFS, always with a log.
    Named,
    /// As ordinary files.
    Shared { has_log: bool },
}

#[derive(Clone)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    name: String,
    kind: Kind,
}

/// The disks that are there, by their names.
static DISKS: LazyLock<Mutex<BTreeMap<String, Weak<Mutex<State>>>>> = LazyLock::new(Mutex::default);

/// The disk of a path, and the file on it. One file has several paths: `disk-7.db-wal` and
/// `/anywhere/disk-7.beside.db-wal` are the log of the one database.
fn find(path: &str) -> (Arc<Mutex<State>>, String) {
    let file = Path::new(path).file_name().unwrap().to_str().unwrap();
    let (name, rest) = file.split_once('.').unwrap();
    let (_, suffix) = rest.rsplit_once("db").unwrap();
    let state = DISKS.lock().unwrap()[name].upgrade().unwrap();
    (state, format!("{DATABASE}{suffix}"))
}

#[derive(Default)]
struct State {
    files: Image,
    sharing: Sharing,
    history: Vec<Change>,
    /// Writes, resizes and syncs so far.
    calls: usize,
    reads: usize,
    fault: Option<Fault>,
    /// The most bytes that all files together may have.
    room: Option<usize>,
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
            What::Delete { .. } => drop(image.remove(&self.file)),
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
    /// A disk that a journal has by the name of its VFS.
    pub fn new() -> Self {
        Self::of(Kind::Named)
    }

    /// A disk for ordinary files that two share.
    pub fn shared() -> Self {
        Self::of(Kind::Shared { has_log: true })
    }

    /// The same, where a rollback journal stands in for the write-ahead log.
    pub fn shared_without_log() -> Self {
        Self::of(Kind::Shared { has_log: false })
    }

    /// An empty disk of the same kind.
    pub fn another(&self) -> Self {
        Self::of(self.kind)
    }

    fn of(kind: Kind) -> Self {
        vfs::register();
        if kind != Kind::Named {
            vfs::serve_by_default();
        }
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("disk-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let disk = Self { state: Arc::default(), name, kind };
        DISKS.lock().unwrap().insert(disk.name.clone(), Arc::downgrade(&disk.state));
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

    /// How many reads there were, since the last [`load`](Self::load).
    pub fn reads(&self) -> usize {
        self.state().reads
    }

    /// Fails from now on as `fault` says.
    pub fn fail(&self, fault: Fault) {
        let mut state = self.state();
        state.calls = 0;
        state.fault = Some(fault);
    }

    /// Has room for `more` bytes from now on, and no more.
    pub fn leave_room(&self, more: usize) {
        let mut state = self.state();
        state.room = Some(state.used() + more);
    }

    pub fn heal(&self) {
        let mut state = self.state();
        (state.fault, state.room) = (None, None);
    }

    pub fn files(&self) -> Image {
        self.state().files.clone()
    }

    pub fn journal(&self, durability: Durability) -> SqliteOptions {
        self.options("db", durability)
    }

    /// Where the disk is shared, a second journal on the same database: to this program it is
    /// another file, so it shares no more with the first than the journal of another process.
    pub fn journal_beside(&self, durability: Durability) -> Option<SqliteOptions> {
        (self.kind != Kind::Named).then(|| self.options("beside.db", durability))
    }

    fn options(&self, file: &str, durability: Durability) -> SqliteOptions {
        let options = SqliteOptions::new(self.path(file)).synchronous(durability);
        let options = options.checkpoint_pages(1000);
        match self.kind {
            Kind::Named => options.vfs(vfs::NAME),
            Kind::Shared { has_log } => options.wal(has_log),
        }
    }

    fn path(&self, file: &str) -> String {
        format!("{}.{file}", self.name)
    }

    pub async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(self.journal(Durability::Full)).await.unwrap()
    }

    pub fn snapshots(&self) -> SnapshotOptions {
        let options = SnapshotOptions::new(self.path("db"));
        if self.kind == Kind::Named { options.vfs(vfs::NAME) } else { options }
    }

    pub fn states(&self) -> DurableStateOptions {
        let options = DurableStateOptions::new(self.path("db"));
        if self.kind == Kind::Named { options.vfs(vfs::NAME) } else { options }
    }

    /// SQLite itself on the disk, without what the journal puts between them.
    pub fn connect(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        Connection::open_with_flags_and_vfs(self.path("db"), flags, vfs::NAME).unwrap()
    }

    /// The same disk with an empty database of pages so small that little work fills its log, and
    /// of so few in memory that a batch goes to the log in part before it is committed, unless that
    /// is forbidden.
    pub fn with_small_pages(self) -> Self {
        let mode = if self.has_log() { "WAL" } else { "DELETE" };
        let pages = format!(
            "PRAGMA page_size = 512; PRAGMA journal_mode = {mode}; PRAGMA default_cache_size = 16"
        );
        self.connect().execute_batch(&pages).unwrap();
        self
    }

    /// By how much fewer moments are looked at than on a disk of the first kind: what is the same on
    /// all of them is looked at there.
    pub fn rarity(&self) -> usize {
        match self.kind {
            Kind::Named => 1,
            Kind::Shared { has_log } => {
                if has_log {
                    3
                } else {
                    6
                }
            }
        }
    }

    pub fn has_log(&self) -> bool {
        self.kind != Kind::Shared { has_log: false }
    }
}

impl State {
    /// Makes a change, or fails.
    fn change(&mut self, change: Change) -> Result<(), VfsErrorCode> {
        let may_fail = !matches!(change.what, What::Create | What::Delete { .. });
        let failed = self.fault.filter(|fault| may_fail && fault.is_due(self.calls));
        self.calls += usize::from(may_fail);
        if let Some(left) = self.room_for(&change) {
            return self.fill(change, left);
        }
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

    fn used(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// The room that is left, where it is too little for a change.
    fn room_for(&self, change: &Change) -> Option<usize> {
        let end = match &change.what {
            What::Write { at, bytes } => at + bytes.len(),
            What::Resize(size) => *size,
            _ => 0,
        };
        let more = end.saturating_sub(self.files.get(&change.file).map_or(0, Vec::len));
        let left = self.room?.saturating_sub(self.used());
        (more > left).then_some(left)
    }

    /// Of a write that there is no room for, as much is there as there is room for.
    fn fill(&mut self, change: Change, left: usize) -> Result<(), VfsErrorCode> {
        let end = self.files.get(&change.file).map_or(0, Vec::len) + left;
        if let What::Write { at, mut bytes } = change.what {
            bytes.truncate(end.saturating_sub(at));
            let change = Change { what: What::Write { at, bytes }, ..change };
            change.apply(&mut self.files);
            self.history.push(change);
        }
        Err(VfsErrorCode::Full)
    }
}

impl Fault {
    fn is_due(&self, call: usize) -> bool {
        call == self.call || self.lasting && call > self.call
    }
}
