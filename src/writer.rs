//! The one bridge from async callers to the synchronous store: a queue in front of one
//! connection, and one transaction for all writes that wait at the same time.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Waker},
};

use futures_channel::{mpsc, oneshot};
use futures_util::{StreamExt, future::poll_immediate};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    error::{Error, ErrorKind, Result},
    platform::Arrivals,
};

/// The most writes in one transaction: a bound on how long the first of them waits.
const MAX_GROUP: usize = 4096;

/// Takes reads and writes from any number of callers to the connection's owner.
pub(crate) struct Queue {
    requests: mpsc::UnboundedSender<Request>,
    writes: UnderWay,
}

/// What is queued or runs holds a clone.
pub(crate) type UnderWay = Arc<()>;

/// The owner's end of the queue.
pub(crate) struct Requests(mpsc::UnboundedReceiver<Request>);

/// An operation with the way for its answer.
pub(crate) type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Work on the owner's connection that takes long: each time it is polled it does a slice of it,
/// between two groups. It is dropped where the owner ends first.
pub(crate) type Task = Box<dyn for<'c> FnOnce(&'c Connection) -> Slices<'c> + Send>;

/// What a [`Task`] has left to do.
pub(crate) type Slices<'c> = Pin<Box<dyn Future<Output = ()> + 'c>>;

enum Request {
    /// For any connection that sees the writes queued before.
    Read(Read),
    /// For the owner's connection, between the writes queued before and those queued later.
    Run(Read),
    Write(Box<dyn Write + Send>),
    Begin(Task),
}

/// A queue and its owner's end. The owner ends when the `Queue` is dropped, after what is queued.
pub(crate) fn queue() -> (Queue, Requests) {
    let (requests, queued) = mpsc::unbounded();
    (Queue { requests, writes: UnderWay::default() }, Requests(queued))
}

/// `operation` as a request, and what waits for its answer.
pub(crate) fn read<T, F>(operation: F) -> (Read, impl Future<Output = Result<T>> + Send)
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> Result<T> + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    // A caller that has gone away needs no answer.
    let read = move |connection: &Connection| drop(answer.send(operation(connection)));
    (Box::new(read), answer_of(answered, ErrorKind::Internal))
}

impl Queue {
    /// Whether the owner is gone, so that no request will be answered.
    pub(crate) fn is_dead(&self) -> bool {
        self.requests.is_closed()
    }

    /// Whether a write is queued or runs.
    pub(crate) fn is_writing(&self) -> bool {
        Arc::strong_count(&self.writes) > 1
    }

    /// Queues `read` for any connection that sees every write queued before.
    pub(crate) fn read(&self, read: Read) {
        self.send(Request::Read(read));
    }

    /// Queues `read` for the owner's connection, behind every write queued before and in front of
    /// those queued later.
    pub(crate) fn run(&self, read: Read) {
        self.send(Request::Run(read));
    }

    /// Queues `task`, which begins behind every write queued before and goes on between groups.
    pub(crate) fn begin(&self, task: Task) {
        self.send(Request::Begin(task));
    }

    /// Queues `operation`, which is answered after it was committed. It shares its transaction
    /// with others; when it fails, what it wrote is undone and the others do not notice. It may be
    /// run more than once; the last time counts.
    pub(crate) fn write<T, F>(
        &self,
        operation: F,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let under_way = self.writes.clone();
        let job = Job { operation, result: None, answer, under_way };
        let unanswered = if self.is_dead() { ErrorKind::Internal } else { ErrorKind::Lost };
        self.send(Request::Write(Box::new(job)));
        answer_of(answered, unanswered)
    }

    /// A request that the owner does not take is dropped, and with it the way for its answer.
    fn send(&self, request: Request) {
        drop(self.requests.unbounded_send(request));
    }
}

/// Waits for an answer. A request that was taken and never answered is `unanswered`.
async fn answer_of<T>(answered: oneshot::Receiver<Result<T>>, unanswered: ErrorKind) -> Result<T> {
    answered.await.unwrap_or_else(|_| Err(ended(unanswered)))
}

fn ended(kind: ErrorKind) -> Error {
    Error::new(kind, "the thread that owns the database has ended")
}

/// A write between its queueing and its answer.
trait Write {
    /// Runs inside the shared transaction, and keeps its answer; the last one counts.
    fn run(&mut self, connection: &Connection) -> Result<()>;

    /// Tells the caller, after the transaction's outcome is known.
    fn answer(self: Box<Self>, outcome: &Result<()>);
}

struct Job<F, T> {
    operation: F,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
    under_way: UnderWay,
}

impl<F, T> Write for Job<F, T>
where
    F: Fn(&Connection) -> Result<T>,
{
    fn run(&mut self, connection: &Connection) -> Result<()> {
        let result = (self.operation)(connection);
        let outcome = result.as_ref().map(|_| ()).map_err(Error::clone);
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, outcome: &Result<()>) {
        let answer = match (self.result, outcome) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            // A conflict may be with a write of the same group, which was not committed either.
            (Some(Err(own)), outcome) if outcome.is_ok() || !own.is_conflict() => Err(own),
            (_, Err(error)) => Err(error.clone()),
            (_, Ok(())) => Err(ended(ErrorKind::Internal)),
        };
        drop(self.under_way);
        drop(self.answer.send(answer));
    }
}

impl Requests {
    /// Serves the queue until its [`Queue`] is dropped: whatever waits is taken together. Reads that
    /// `elsewhere` gives back are run here; `after_commit` is, when all of a group are answered.
    pub(crate) async fn serve(
        mut self,
        connection: &Connection,
        elsewhere: impl Fn(Read) -> Option<Read>,
        mut after_commit: impl FnMut(&Connection),
    ) {
        let mut poisoned = None;
        let mut last = 0;
        let mut tasks: Vec<Slices<'_>> = Vec::new();
        while let Some(group) = self.group(last, tasks.is_empty()).await {
            last = group.writes.len();
            if commit(connection, group.writes, &mut poisoned) {
                after_commit(connection);
            }
            let here = group.reads.into_iter().filter_map(&elsewhere);
            group.runs.into_iter().chain(here).for_each(|read| read(connection));
            tasks.extend(group.tasks.into_iter().map(|begin| begin(connection)));
            let mut slice = Context::from_waker(Waker::noop());
            tasks.retain_mut(|task| task.as_mut().poll(&mut slice).is_pending());
        }
    }

    /// What waits, with what is on its way after the `last` so many writes were answered; as soon
    /// as anything does, if it `may_wait` for that. `None` when nothing will come any more.
    async fn group(&mut self, last: usize, may_wait: bool) -> Option<Group> {
        let mut group = Group::default();
        let next = self.0.next();
        let first = if may_wait { Some(next.await) } else { poll_immediate(next).await };
        match first {
            Some(first) => group.take(first?),
            None => return Some(group),
        }
        let mut arrivals = Arrivals::new(last);
        loop {
            while group.is_open()
                && let Ok(request) = self.0.try_recv()
            {
                group.take(request);
            }
            if group.writes.is_empty()
                || !group.is_open()
                || !arrivals.are_due(group.writes.len()).await
            {
                return Some(group);
            }
        }
    }
}

/// What waits at the same time: writes for one transaction, and what is to be run behind it.
#[derive(Default)]
struct Group {
    writes: Vec<Box<dyn Write + Send>>,
    runs: Vec<Read>,
    reads: Vec<Read>,
    tasks: Vec<Task>,
}

impl Group {
    /// Whether more may join: what is to run behind its writes must not see later ones.
    fn is_open(&self) -> bool {
        self.runs.is_empty() && self.writes.len() < MAX_GROUP
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Read(read) => self.reads.push(read),
            Request::Run(run) => self.runs.push(run),
            Request::Write(write) => self.writes.push(write),
            Request::Begin(task) => self.tasks.push(task),
        }
    }
}

/// Commits `writes` in one transaction and answers each, unless an earlier commit was lost. Answers
/// whether they may be there.
fn commit(
    connection: &Connection,
    mut writes: Vec<Box<dyn Write + Send>>,
    poisoned: &mut Option<Error>,
) -> bool {
    if writes.is_empty() {
        return false;
    }
    let outcome = match poisoned {
        Some(poison) => Err(poison.clone()),
        None => transact(connection, &mut writes),
    };
    if let Err(error) = &outcome
        && (error.is_lost() || !connection.is_autocommit())
    {
        warning!(%error, "a commit was lost: writes are refused from now on");
        let message = "an earlier write was lost: close every journal and \
                       snapshot store on this database and open them again to write";
        *poisoned = Some(Error::caused(ErrorKind::Poisoned, message, error.clone()));
    }
    writes.into_iter().for_each(|write| write.answer(&outcome));
    outcome.is_ok() || poisoned.is_some()
}

/// Runs `writes` in one transaction. Most write all they mean to, or are refused with a conflict
/// before they write anything. Where one fails half-way, all are run again, each under a savepoint
/// that undoes it alone; savepoints for all would cost a copy of every page. One that is alone is
/// rolled back, which leaves the file as it was, byte for byte.
fn transact(connection: &Connection, writes: &mut [Box<dyn Write + Send>]) -> Result<()> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    if let [write] = writes {
        write.run(&transaction)?;
        return transaction.commit().map_err(commit_failed);
    }
    let whole = |write: &mut Box<dyn Write + Send>| match write.run(&transaction) {
        Ok(()) => true,
        Err(error) => error.is_conflict(),
    };
    if writes.iter_mut().all(whole) {
        return transaction.commit().map_err(commit_failed);
    }
    drop(transaction);
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    for write in writes {
        transaction.execute_batch("SAVEPOINT one_write")?;
        if let Err(error) = write.run(&transaction) {
            undo(&transaction, error)?;
        }
        transaction.execute_batch("RELEASE one_write")?;
    }
    transaction.commit().map_err(commit_failed)
}

/// Undoes one write, which failed with `error`. After some errors SQLite has [undone the whole
/// transaction], which then is everybody's error.
///
/// [undone the whole transaction]:
/// https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
fn undo(transaction: &Transaction<'_>, error: Error) -> Result<()> {
    if transaction.is_autocommit() {
        return Err(error);
    }
    Ok(transaction.execute_batch("ROLLBACK TO one_write")?)
}

/// A commit that failed for want of room or of the lock is rolled back; after any other failure
/// the write-ahead log may or may not hold it.
fn commit_failed(error: rusqlite::Error) -> Error {
    let error = Error::from(error);
    match error.kind() {
        ErrorKind::Full | ErrorKind::Busy => error,
        _ => {
            let message = format!("it is unknown whether the write is stored: {error}");
            Error::caused(ErrorKind::Lost, message, error)
        }
    }
}
