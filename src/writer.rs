//! The one bridge from async callers to the synchronous store: a queue in front of one
//! connection, and one transaction for all writes that wait at the same time.

use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{Error, ErrorKind, Result};

/// The most writes in one transaction: a bound on how long the first of them waits.
const MAX_GROUP: usize = 4096;

/// Takes reads and writes from any number of callers to the connection's owner.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::UnboundedSender<Request>,
}

/// The owner's end of the queue.
pub(crate) struct Requests(mpsc::UnboundedReceiver<Request>);

enum Request {
    Read(Box<dyn FnOnce(&Connection) + Send>),
    Write(Box<dyn Write + Send>),
}

/// A queue and its owner's end. The owner ends when the last `Writer` is dropped, after what is
/// queued.
pub(crate) fn queue() -> (Writer, Requests) {
    let (queue, requests) = mpsc::unbounded();
    (Writer { queue }, Requests(requests))
}

impl Writer {
    /// Whether the owner is gone, so that no request will be answered.
    pub(crate) fn is_dead(&self) -> bool {
        self.queue.is_closed()
    }

    /// Queues `operation`, which sees every write that was queued before.
    pub(crate) fn read<T, F>(
        &self,
        operation: F,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let read = move |connection: &Connection| drop(answer.send(operation(connection)));
        self.ask(Request::Read(Box::new(read)), answered, ErrorKind::Internal)
    }

    /// Queues `operation`, which is answered after it was committed. It shares its transaction
    /// with others; when it fails, what it wrote is undone and the others do not notice.
    pub(crate) fn write<T, F>(
        &self,
        operation: F,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Job { operation: Some(operation), result: None, answer };
        self.ask(Request::Write(Box::new(job)), answered, ErrorKind::Lost)
    }

    /// Queues `request` at once, and waits for its answer when it is polled. A request that was
    /// taken and never answered is `unanswered`.
    fn ask<T: Send>(
        &self,
        request: Request,
        answered: oneshot::Receiver<Result<T>>,
        unanswered: ErrorKind,
    ) -> impl Future<Output = Result<T>> + Send + use<T> {
        let sent = self.queue.unbounded_send(request).map_err(|_| ended(ErrorKind::Internal));
        async move {
            sent?;
            answered.await.unwrap_or_else(|_| Err(ended(unanswered)))
        }
    }
}

fn ended(kind: ErrorKind) -> Error {
    Error::new(kind, "the thread that owns the database has ended")
}

/// A write between its queueing and its answer.
trait Write {
    /// Runs inside the shared transaction, and keeps its answer.
    fn run(&mut self, connection: &Connection) -> Result<()>;

    /// Tells the caller, after the transaction's outcome is known.
    fn answer(self: Box<Self>, outcome: &Result<()>);
}

struct Job<F, T> {
    operation: Option<F>,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<F, T> Write for Job<F, T>
where
    F: FnOnce(&Connection) -> Result<T>,
{
    fn run(&mut self, connection: &Connection) -> Result<()> {
        self.result = self.operation.take().map(|operation| operation(connection));
        match &self.result {
            Some(Err(error)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn answer(self: Box<Self>, outcome: &Result<()>) {
        let answer = match (self.result, outcome) {
            (Some(Err(own)), _) => Err(own),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(error.clone()),
            (None, Ok(())) => Err(ended(ErrorKind::Internal)),
        };
        // A caller that has gone away needs no answer.
        drop(self.answer.send(answer));
    }
}

impl Requests {
    /// Serves the queue in order until its last [`Writer`] is dropped.
    pub(crate) async fn serve(mut self, connection: &Connection) {
        let mut group = Group::default();
        while let Some(request) = self.0.next().await {
            group.take(request, connection);
            while let Ok(request) = self.0.try_recv() {
                group.take(request, connection);
            }
            group.commit(connection);
        }
    }
}

/// Writes that wait for the same transaction.
#[derive(Default)]
struct Group {
    writes: Vec<Box<dyn Write + Send>>,
    poisoned: Option<Error>,
}

impl Group {
    fn take(&mut self, request: Request, connection: &Connection) {
        match request {
            Request::Read(read) => {
                self.commit(connection);
                read(connection);
            }
            Request::Write(write) => {
                self.writes.push(write);
                if self.writes.len() >= MAX_GROUP {
                    self.commit(connection);
                }
            }
        }
    }

    fn commit(&mut self, connection: &Connection) {
        if self.writes.is_empty() {
            return;
        }
        let outcome = match &self.poisoned {
            Some(poison) => Err(poison.clone()),
            None => transact(connection, &mut self.writes),
        };
        if let Err(error) = &outcome
            && (error.is_lost() || !connection.is_autocommit())
        {
            warning!(%error, "a commit was lost: writes are refused from now on");
            let message = "an earlier write was lost: close every journal and \
                           snapshot store on this database and open them again to write";
            self.poisoned = Some(Error::caused(ErrorKind::Poisoned, message, error.clone()));
        }
        self.writes.drain(..).for_each(|write| write.answer(&outcome));
    }
}

fn transact(connection: &Connection, writes: &mut [Box<dyn Write + Send>]) -> Result<()> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    for write in writes {
        transaction.prepare_cached("SAVEPOINT one_write")?.execute([])?;
        if let Err(error) = write.run(&transaction) {
            undo(&transaction, error)?;
        }
        transaction.prepare_cached("RELEASE one_write")?.execute([])?;
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
    transaction.prepare_cached("ROLLBACK TO one_write")?.execute([])?;
    Ok(())
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
