use super::{record::Record, stores::Stores};
use crate::{
    error::{Error, ErrorKind, Result},
    pages::begun,
    platform::BoxFuture,
    types::{
        Batch, NewEvent, NewState, PersistenceId, PersistentEvent, Position, ReplayRange, Seq,
        Snapshot, SnapshotBounds,
    },
};

/// What went wrong with which record of a page.
type At<T> = Result<T, (usize, Error)>;

/// Writes what is copied into a journal. What is there already as it would be written is passed
/// over.
pub(super) struct Writer<'a> {
    stores: Stores<'a>,
    /// The position of the last event that was written or found.
    position: Position,
    /// Whether something was written: then what follows is not there yet.
    is_ahead: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(stores: Stores<'a>) -> Self {
        Self::behind(stores, 0)
    }

    /// One that goes on behind an event at this position.
    pub(super) fn behind(stores: Stores<'a>, position: Position) -> Self {
        Self { stores, position, is_ahead: false }
    }

    /// The position of the last event that was written or found.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Writes a page, in its order. An error says at which record.
    pub(super) async fn page(&mut self, records: &[Record]) -> At<()> {
        self.check_room(records)?;
        let mut at = 0;
        while let Some(record) = records.get(at) {
            let events: Vec<_> = records[at..].iter().map_while(Record::event).collect();
            if !events.is_empty() {
                self.events(&events).await.map_err(|(index, error)| (at + index, error))?;
                at += events.len();
                continue;
            }
            self.record(record).await.map_err(|error| (at, error))?;
            at += 1;
        }
        Ok(())
    }

    /// Refuses snapshots that nobody could keep, before anything is written.
    fn check_room(&self, records: &[Record]) -> At<()> {
        let is_snapshot = |record: &Record| matches!(record, Record::Snapshot(_));
        match records.iter().position(is_snapshot) {
            Some(at) if self.stores.snapshots.is_none() => {
                let message = "a snapshot is to be copied, and no store for snapshots was named";
                Err((at, Error::invalid(message)))
            }
            _ => Ok(()),
        }
    }

    async fn record(&self, record: &Record) -> Result<()> {
        match record {
            Record::Stream { id, compacted } => self.stream(id, *compacted).await,
            Record::Snapshot(snapshot) => self.snapshot(snapshot).await,
            Record::Mark { id, compacted } => {
                self.stores.journal.raise_compaction_mark(id, *compacted).await
            }
            Record::LeftOut { .. } | Record::Event(_) | Record::End { .. } => Ok(()),
        }
    }

    /// A stream that begins at seq 1 says so with its first event.
    async fn stream(&self, id: &PersistenceId, compacted: Seq) -> Result<()> {
        let journal = self.stores.journal;
        if compacted == 0 {
            return Ok(());
        }
        match journal.highest_seq(id).await? {
            0 => journal.raise_compaction_mark(id, compacted).await,
            _ if journal.compaction_mark(id).await? >= compacted => Ok(()),
            head => Err(other(id, compacted, head, "it begins elsewhere")),
        }
    }

    /// Where the stream has events already, nothing tells yet whether they are those of the copy:
    /// so its snapshots must be there, too, unless later ones have taken their places.
    async fn snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        let Some(store) = self.stores.snapshots else { return Ok(()) };
        let Snapshot { id, seq, .. } = snapshot;
        let bounds = SnapshotBounds { min_seq: *seq, ..SnapshotBounds::default() };
        let here = SnapshotBounds { max_seq: *seq, ..bounds };
        let journal = self.stores.journal;
        match store.load(id, here).await? {
            Some(found) if found == *snapshot => Ok(()),
            Some(_) => Err(other(id, *seq, *seq, "its snapshot is another")),
            None if store.load(id, bounds).await?.is_some() => Ok(()),
            None => match journal.highest_seq(id).await? {
                head if head == journal.compaction_mark(id).await? => {
                    store.save(id, *seq, NewState::from(snapshot.clone())).await
                }
                head => Err(other(id, *seq, head, "it has no such snapshot")),
            },
        }
    }

    /// Appends events, those of one stream that follow one another at once. All appends of a page
    /// are under way at the same time, in the order of the copy; that they were written in this
    /// order is told by the positions that they get.
    async fn events(&mut self, events: &[&PersistentEvent]) -> At<()> {
        let follows =
            |a: &&PersistentEvent, b: &&PersistentEvent| a.id == b.id && b.seq == a.seq + 1;
        let mut runs = events.chunk_by(follows);
        let mut at = 0;
        while !self.is_ahead
            && let Some(run) = runs.next()
        {
            self.first(run).await.map_err(|error| (at, error))?;
            at += run.len();
        }
        let mut under_way = Vec::new();
        for run in runs {
            under_way.push((run, begun(self.append(run)).await));
        }
        for (run, append) in under_way {
            let written = match append.await {
                Err(error) if error.is_conflict() => self.there(run, &error).await,
                written => written,
            };
            let in_order = written.and_then(|written| self.in_order(run, &written));
            in_order.map_err(|error| (at, error))?;
            at += run.len();
        }
        Ok(())
    }

    /// Appends what may be there wholly or in part, from an earlier copy.
    async fn first(&mut self, run: &[&PersistentEvent]) -> Result<()> {
        let head = self.stores.journal.highest_seq(&run[0].id).await?;
        let known = run.partition_point(|event| event.seq <= head);
        let (old, new) = run.split_at(known);
        if !old.is_empty() {
            let found = self.found(old).await?;
            self.in_order(old, &found)?;
        }
        if !new.is_empty() {
            let written = match self.append(new).await {
                Err(error) if error.is_conflict() => Err(gap(new[0], head)),
                written => written,
            };
            self.in_order(new, &written?)?;
            self.is_ahead = true;
        }
        Ok(())
    }

    fn append(&self, run: &[&PersistentEvent]) -> BoxFuture<'a, Result<Vec<PersistentEvent>>> {
        let (journal, first) = (self.stores.journal, run[0]);
        let entries: Vec<_> = run.iter().map(|&event| NewEvent::from(event.clone())).collect();
        let (id, expected) = (first.id.clone(), first.seq.saturating_sub(1));
        Box::pin(async move { journal.append(&id, expected, Batch::from(entries)).await })
    }

    /// The events of `run`, where an append of it met `conflict`: they are there already, or
    /// something else is.
    async fn there(
        &self,
        run: &[&PersistentEvent],
        conflict: &Error,
    ) -> Result<Vec<PersistentEvent>> {
        match *conflict.kind() {
            ErrorKind::Conflict { expected, actual, .. } if actual < expected => {
                Err(gap(run[0], actual))
            }
            _ => self.found(run).await,
        }
    }

    async fn found(&self, run: &[&PersistentEvent]) -> Result<Vec<PersistentEvent>> {
        let (first, last) = (run[0], run[run.len() - 1]);
        let found = self.stores.journal.read(&first.id, ReplayRange::from(first.seq..=last.seq));
        let found = found.await?;
        let same = |(copy, there): (&&PersistentEvent, &PersistentEvent)| {
            **copy == PersistentEvent { position: copy.position, ..there.clone() }
        };
        let same = run.iter().zip(&found).take_while(|pair| same((pair.0, pair.1))).count();
        match run.get(same) {
            None => Ok(found),
            Some(event) => {
                let head = self.stores.journal.highest_seq(&event.id).await?;
                Err(other(&event.id, event.seq, head, "another event stands there"))
            }
        }
    }

    /// Refuses events that have not got their places behind those before them.
    fn in_order(&mut self, run: &[&PersistentEvent], written: &[PersistentEvent]) -> Result<()> {
        for (event, written) in run.iter().zip(written) {
            if written.position <= self.position {
                let what = "its place in the order of positions is another";
                return Err(other(&event.id, event.seq, written.seq, what));
            }
            self.position = written.position;
        }
        Ok(())
    }
}

impl Record {
    fn event(&self) -> Option<&PersistentEvent> {
        match self {
            Self::Event(event) => Some(event),
            _ => None,
        }
    }
}

/// A stream that is there with something else in it.
fn other(id: &PersistenceId, seq: Seq, head: Seq, what: &str) -> Error {
    let message =
        format!("stream {id:?} is there already with something else at seq {seq}: {what}");
    let kind =
        ErrorKind::Conflict { id: id.clone(), expected: seq.saturating_sub(1), actual: head };
    Error::new(kind, message)
}

/// A copy that leaves something out.
fn gap(event: &PersistentEvent, head: Seq) -> Error {
    let message = format!("the copy goes on at seq {} behind seq {head}", event.seq);
    Error::integrity(&event.id, head + 1, message)
}
