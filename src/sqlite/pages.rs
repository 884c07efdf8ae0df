//! Whole databases, copied page by page while others write.

use std::{cell::Cell, ffi::c_int, future::Future, thread, time::Instant};

use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt;
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use super::{connection::connect_reader, database::Source, readers::Access};
use crate::{
    error::{Error, ErrorKind, Result},
    platform::{MaybeSend, Partial, give_way, start_service},
    types::Progress,
    writer::Task,
};

/// Pages that are copied at once, between two groups of writes: 0.5 MiB of a database that was made
/// here, which takes about as long as a flush.
const SLICE: c_int = 128;

/// Tells those who wait for a copy how far it has come, in bytes.
#[derive(Clone)]
pub(super) struct Told {
    tell: mpsc::UnboundedSender<News>,
    /// Which part of the whole is being done, and how many there are.
    pub(super) part: (u64, u64),
}

/// What those who wait are told.
enum News {
    Progress(Progress),
    /// What comes next is not undone. It waits until somebody who heard all the rest still waits.
    Last(oneshot::Sender<()>),
}

impl Told {
    pub(super) fn tell(&self, Progress { done, total }: Progress) -> Result<()> {
        let (part, parts) = self.part;
        let progress = Progress { done: (part * total + done) / parts, total };
        self.tell.unbounded_send(News::Progress(progress)).map_err(|_| gone())
    }

    /// Waits for leave to do what is not undone, behind which nothing is told.
    pub(super) async fn leave(&self) -> Result<()> {
        let (may, leave) = oneshot::channel();
        self.tell.unbounded_send(News::Last(may)).map_err(|_| gone())?;
        leave.await.map_err(|_| gone())
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Closed, "nobody waits for the copy any more")
}

/// Runs `work` on a service of its own, and hands on to `progress` what it tells; that all is done
/// only when it is. Where this is dropped, the work ends the next time it tells something or asks
/// for leave, which is not given in the same poll in which something was told.
pub(super) async fn telling<T: Send + 'static, F: Future<Output = Result<T>>>(
    work: impl FnOnce(Told) -> F + MaybeSend + 'static,
    mut progress: impl FnMut(Progress),
) -> Result<T> {
    let (tell, mut updates) = mpsc::unbounded();
    let (answer, answered) = oneshot::channel();
    let told = Told { tell, part: (0, 1) };
    start_service(move || async move { drop(answer.send(work(told).await)) })?;
    let mut total = 0;
    while let Some(news) = updates.next().await {
        match news {
            News::Progress(update) => {
                total = update.total;
                progress(update);
            }
            News::Last(may) => {
                give_way().await;
                // The work may have failed meanwhile.
                let _ = may.send(());
            }
        }
    }
    let ended = |_| Err(Error::new(ErrorKind::Internal, "the copy ended early"));
    let done = answered.await.unwrap_or_else(ended)?;
    progress(Progress { done: total, total });
    Ok(done)
}

/// Puts all pages of `from` in the place of those of `to`, in one transaction. A write on another
/// connection meanwhile makes it begin anew, unless `from` has a transaction open; each time it then
/// takes more at once, so that it comes to its end. After each slice it takes a `rest`; the last one,
/// behind which it is committed, it begins when it `may`.
pub(super) async fn copy(
    from: &Connection,
    to: &mut Connection,
    told: &Told,
    rest: &dyn Fn(),
    may: impl AsyncFn() -> Result<()>,
) -> Result<()> {
    let number = |pragma| from.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let size = number("PRAGMA page_size")?.unsigned_abs();
    let bytes = |pages: i64| pages.unsigned_abs() * size;
    // A commit in memory would make it begin anew, so there is no time for one.
    let mut slice = if from.path().is_none_or(str::is_empty) { -1 } else { SLICE };
    let (mut all, mut at, mut copied) = (number("PRAGMA page_count")?, 0, 0);
    let backup = Backup::new(from, to)?;
    loop {
        // What the last slice brings stands there when the copy is whole.
        told.tell(Progress { done: copied, total: bytes(all).max(copied) })?;
        if slice < 0 || all - at <= i64::from(slice) {
            may().await?;
        }
        let step = backup.step(slice)?;
        let progress = backup.progress();
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(Error::new(ErrorKind::Busy, "another connection holds the database")),
        }
        all = progress.pagecount.into();
        let now = i64::from(progress.pagecount - progress.remaining);
        if now <= at {
            slice = slice.saturating_mul(2);
        }
        (at, copied) = (now, copied.max(bytes(now)));
        rest();
        give_way().await;
        // SQLite measures the busy time-out from the beginning of the last statement on.
        from.query_row("SELECT 1", [], |_| Ok(()))?;
    }
}

impl Source {
    /// Writes a copy of the database into a file of its own, without a log.
    ///
    /// Under a write-ahead log it is what stood there when this began: one transaction that reads
    /// is open all the time. Elsewhere it is what stands there when this ends: what is written
    /// meanwhile on the same connection goes into the copy as well. Memory is copied at once.
    pub(super) async fn copy_into(self, file: Partial, told: Told) -> Result<Partial> {
        if let Some(Access { sharing, busy_timeout, .. }) = self.own {
            let from = connect_reader(&sharing, busy_timeout)?;
            from.execute_batch("BEGIN")?;
            from.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            let last = Cell::new(Instant::now());
            // Where others write, they are to have at least as much of the processors and the disk.
            let rest = || {
                if self.writer.upgrade().is_some_and(|writer| writer.is_writing()) {
                    thread::sleep(last.get().elapsed());
                }
                last.set(Instant::now());
            };
            return write(&from, file, &told, &rest).await;
        }
        let (answer, answered) = oneshot::channel();
        let task: Task = Box::new(|connection| {
            Box::pin(async move { drop(answer.send(write(connection, file, &told, &|| {}).await)) })
        });
        self.writer.upgrade().ok_or_else(Error::closed)?.begin(task);
        answered.await.unwrap_or_else(|_| Err(Error::closed()))
    }
}

/// Nothing is flushed on the way: a copy that does not come to its end is removed.
pub(super) async fn write(
    from: &Connection,
    file: Partial,
    told: &Told,
    rest: &dyn Fn(),
) -> Result<Partial> {
    let mut to = file.connect()?;
    // Without a rollback journal there is none that a process that is killed could leave.
    to.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF",
    )?;
    copy(from, &mut to, told, rest, async || Ok(())).await?;
    // A copy is one file that opens everywhere.
    to.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    to.close().map_err(|(_, error)| error)?;
    Ok(file)
}
