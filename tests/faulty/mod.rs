//! A disk in memory, in a VFS of SQLite, that fails when it is told to and remembers every change,
//! so that the power can be cut at each of them afterwards.
//!
//! A journal has it by the name of the VFS, which nobody else reaches meanwhile; or, natively, as
//! ordinary files, where the VFS is the default one of the program and the journal shares the files
//! with another, which opens them by another path.

// Each test file uses some of it.
#![allow(dead_code)]

pub mod by_name;
pub mod check;
pub mod power;
mod sharing;
pub mod state;
pub mod story;
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
    Write { at: usize, bytes: Vec<u8> },
    Resize(usize),
    Sync,
    Delete,
}

#[derive(Clone)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    name: String,
    is_shared: bool,
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
    is_full: bool,
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
    /// A disk that a journal has by the name of its VFS.
    pub fn new() -> Self {
        Self::of(false)
    }

    /// A disk for ordinary files that two share.
    pub fn shared() -> Self {
        Self::of(true)
    }

    /// An empty disk of the same kind.
    pub fn another(&self) -> Self {
        Self::of(self.is_shared)
    }

    fn of(is_shared: bool) -> Self {
        vfs::register();
        if is_shared {
            vfs::serve_by_default();
        }
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("disk-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let disk = Self { state: Arc::default(), name, is_shared };
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

    /// Has no room for any write from now on. Files can be cut short and flushed.
    pub fn fill(&self) {
        self.state().is_full = true;
    }

    pub fn heal(&self) {
        let mut state = self.state();
        (state.fault, state.is_full) = (None, false);
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
        self.is_shared.then(|| self.options("beside.db", durability))
    }

    fn options(&self, file: &str, durability: Durability) -> SqliteOptions {
        let options = SqliteOptions::new(self.path(file)).synchronous(durability);
        let options = options.checkpoint_pages(1000);
        if self.is_shared { options.wal(true) } else { options.vfs(vfs::NAME) }
    }

    fn path(&self, file: &str) -> String {
        format!("{}.{file}", self.name)
    }

    pub async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(self.journal(Durability::Full)).await.unwrap()
    }

    pub fn snapshots(&self) -> SnapshotOptions {
        let options = SnapshotOptions::new(self.path("db"));
        if self.is_shared { options } else { options.vfs(vfs::NAME) }
    }

    pub fn states(&self) -> DurableStateOptions {
        let options = DurableStateOptions::new(self.path("db"));
        if self.is_shared { options } else { options.vfs(vfs::NAME) }
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
        let pages = "PRAGMA page_size = 512; PRAGMA journal_mode = WAL;
            PRAGMA default_cache_size = 16";
        self.connect().execute_batch(pages).unwrap();
        self
    }
}

impl State {
    /// Makes a change, or fails.
    fn change(&mut self, change: Change) -> Result<(), VfsErrorCode> {
        let may_fail = !matches!(change.what, What::Create | What::Delete);
        let failed = self.fault.filter(|fault| may_fail && fault.is_due(self.calls));
        self.calls += usize::from(may_fail);
        let change = match (failed, change.what) {
            (_, What::Write { .. }) if self.is_full => return Err(VfsErrorCode::Full),
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
