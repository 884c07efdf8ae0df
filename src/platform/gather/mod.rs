//! A layer between SQLite and any VFS, since each `write()` is dearer than the bytes it carries:
//! the log of a commit is written with one call, or with few where the VFS takes no more than a page.
//! Where no other process reads the database, as in OPFS, its pages are gathered too, and the file
//! grows in large steps.
//!
//! [`Gathered`] holds writes in memory as long as each continues the ones before or corrects them,
//! [`BOUND`](gathered::BOUND) bytes at most, and reads see them. A write elsewhere and a read that
//! stands across the seam write them out first, so order stays.
//!
//! # The log
//!
//! SQLite writes a transaction to the write-ahead log frame by frame, each as a header and a page;
//! [`Log`] writes them to the file of the VFS below with one call. That SQLite cannot tell the
//! difference rests on these invariants:
//!
//! 1. **What is gathered belongs to the transaction under way.** The log is written out when the
//!    frame with the commit's mark is complete, before SQLite is told that it is written. So
//!    between transactions memory holds nothing that was committed, whatever the durability: an
//!    answered commit is in the file (`normal`), and flushed by the `xSync` that follows (`full`).
//! 2. **A write that fails is never tried again.** It fails a call of the transaction that it
//!    belongs to, by invariant 1; SQLite then rolls that back and its index of the log refers to no
//!    frame of it, so what was gathered is dropped.
//! 3. **`SQLITE_FULL` means that the commit is not in the log.** What a call that failed may have
//!    left in the file is cut off: the end of a page may have stood there already, as zeros or
//!    from an earlier round of the log, and make whole what was cut short. If it cannot be cut
//!    off, or if a flush fails, when the commit's frames are in the file, the error is one of
//!    input and output, after which nobody takes the commit for undone.
//!
//! A commit's last frame would not be its last if SQLite filled the log up to the next sector, as
//! it does unless a power cut is known to leave alone the bytes beside those being written. The
//! layer says so for the files it gathers whole (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`), which SQLite's
//! own VFS for Unix and Windows [does as well](https://www.sqlite.org/psow.html) unless told
//! otherwise.
//!
//! Other processes on the same file, where there may be any, read of the log only what its index in
//! shared memory refers to, and SQLite writes that index after the log, which invariant 1 has put
//! into the file by then. Nor may anything be left in memory of a transaction that is rolled back,
//! of which the log is not told, when another process writes next: so a connection that shares its
//! file has `cache_spill` off, and writes to the log only what it commits.
//!
//! # The database
//!
//! A checkpoint writes pages in ascending order, and [`Database`] those that are neighbours with
//! one call. SQLite flushes the file before it relies on them, and that writes them out; what a
//! checkpoint that failed has left, the next one writes again.
//!
//! [`Database`] also rounds the size that SQLite asks for up to whole
//! [`CHUNK`](database::CHUNK)s, as SQLite's own VFS does when asked for it with
//! [`SQLITE_FCNTL_CHUNK_SIZE`]. The header of the database says how many of the pages are in use.
//!
//! [`SQLITE_FCNTL_CHUNK_SIZE`]: https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html

mod base;
mod database;
mod file;
mod gathered;
mod layer;
mod log;

pub(super) use base::Base;
use database::Database;
use file::File;
pub(super) use file::Outcome;
use gathered::Gathered;
pub(super) use layer::{Kind, LARGEST_PAGE, Layer, find};
use log::Log;
