use rusqlite::{Connection, Row, params};

use super::{Part, part, structure, whole};
use crate::{
    codec,
    error::Result,
    journal::{PAGE_BYTES, PAGE_EVENTS},
    replay::Head,
    sqlite::{
        SqliteJournal,
        checksum::Checksum,
        heads::{self, head},
        notes::{LAST_POSITION, VERSION},
        row::{self, CHANGED, integer},
        tables::{Tables, prepare},
    },
    types::{
        MAX_SEQ, MAX_TAGS, PersistenceId, PersistentEvent, Problem, Progress, Seq, Tag,
        Verification, VerificationPage,
    },
};

mod begun;
mod indexes;
mod projections;
mod tags;

impl SqliteJournal {
    /// Checks the whole journal while others read and write: SQLite's own check of all pages of the
    /// database; whether the events of each stream are contiguous from the compaction mark to the
    /// head; positions, heads and marks, the order in which streams have begun, and how far projections
    /// have come; types and checksums of all columns; whether each tag of an event stands in the tag table, and no other;
    /// ids, tags, manifests and tokens by the rules of the contract; whether payloads can be read, as
    /// JSON or, with its mark, as CBOR.
    ///
    /// What it finds is no error: [`Verification::is_sound`] tells whether it found anything. Each
    /// part is one short read; SQLite's own check is one, which takes as long as the file is large.
    /// Dropping the future ends the check. `progress` is called behind each part.
    ///
    /// ```
    /// use actor_journal::{Journal, NewEvent, PersistenceId, SqliteJournal, SqliteOptions};
    ///
    /// # pollster::block_on(async {
    /// let journal = SqliteJournal::open(SqliteOptions::default()).await?;
    /// let id = PersistenceId::new("account-7")?;
    /// journal.append(&id, 0, NewEvent::json("opened")?.into()).await?;
    /// let found = journal.verify(|progress| println!("{progress:?}")).await?;
    /// assert!(found.is_sound());
    /// assert_eq!((found.streams, found.events), (1, 1));
    /// # Ok::<(), actor_journal::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Those of reading, where that is not for damage: `busy`, `io`, `closed`.
    pub async fn verify(&self, progress: impl FnMut(Progress)) -> Result<Verification> {
        whole(|cursor| self.verify_part(cursor), progress).await
    }

    /// One part of [`verify`](Self::verify): the first for an empty `cursor`, then those that
    /// [`VerificationPage::next`] names, for who drives the check from elsewhere.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), and `invalid-argument` for another cursor.
    pub async fn verify_part(&self, cursor: String) -> Result<VerificationPage> {
        let tables = self.tables.clone();
        let check = move |connection: &_| verify_part(connection, &tables, &cursor);
        self.database.read(check).await
    }
}

pub(super) fn verify_part(
    connection: &Connection,
    tables: &Tables,
    cursor: &str,
) -> Result<VerificationPage> {
    let stem = &tables.stem;
    // A stream is met among the heads, and where it is noted that it has begun.
    let times = if tables.select_begun.is_some() { 2 } else { 1 };
    let rows = format!(
        "SELECT (SELECT count(*) FROM \"{stem}\") + {times} * (SELECT count(*) FROM \"{stem}_heads\")"
    );
    part(
        connection,
        cursor,
        &[
            &|part| structure(connection, part, None, &rows),
            &|part| events(connection, tables, part),
            &|part| streams(connection, tables, part),
            &|part| begun::streams(connection, tables, part),
            &|part| notes(connection, tables, part),
            &|part| projections::builds(connection, tables, part),
            &|part| indexes::positions(connection, stem, part),
            &|part| indexes::tags(connection, stem, part),
        ],
    )
}

/// An event that was met.
struct Met {
    id: PersistenceId,
    seq: i64,
    position: i64,
    /// `None` where it could not be read.
    tags: Option<Vec<Tag>>,
    /// What is known of its stream, where that can be read.
    known: Option<Head>,
}

/// Events in the order of streams and seqs, behind the last one that was met.
fn events(connection: &Connection, tables: &Tables, part: &mut Part) -> Result<bool> {
    let (columns, stem) = (&tables.event_columns, &tables.stem);
    let sql = format!(
        "SELECT {columns} FROM \"{stem}\" e WHERE (e.pid, e.seq) > (?1, ?2)
         ORDER BY e.pid, e.seq LIMIT ?3"
    );
    let mut select = prepare(connection, &sql)?;
    let from = part.at.clone();
    let mut rows = select.query(params![from.id, from.seq, integer(PAGE_EVENTS as u64)])?;
    let mut met: Vec<Met> = Vec::new();
    let mut bytes = 0;
    while bytes < PAGE_BYTES
        && let Some(row) = rows.next()?
    {
        let id = row::id(row, 0)?;
        let known = match met.last().filter(|before| before.id == id) {
            Some(before) => before.known,
            // That it cannot be read is told where streams are checked.
            None => head(connection, tables, &id).ok(),
        };
        let (seq, position) = (row.get(1)?, row.get(2)?);
        let mut event = Met { id, seq, position, tags: None, known };
        check_place(part, met.last(), &event);
        event.tags = check_content(part, row, &event)?;
        bytes += row.get_ref(4)?.as_bytes_or_null().ok().flatten().map_or(0, <[u8]>::len);
        part.at.advance(event.id.as_str(), seq)?;
        part.at.position = position;
        met.push(event);
    }
    let ended = bytes < PAGE_BYTES && met.len() < PAGE_EVENTS;
    let to = met.last().filter(|_| !ended).map(|last| (last.id.as_str(), last.seq));
    tags::check(connection, stem, part, (&from.id, from.seq), to, &met)?;
    part.found.events += met.len() as u64;
    part.done(met.len() as u64);
    Ok(ended)
}

/// Checks that an event follows the one before, which was met in this part or in one before.
fn check_place(part: &mut Part, before: Option<&Met>, event: &Met) {
    let Met { id, seq, position, known, .. } = event;
    let Some(Head { head, compacted }) = *known else { return };
    let in_part = before.filter(|before| before.id == *id).map(|met| (met.seq, met.position));
    let earlier =
        (before.is_none() && part.at.id == id.as_str()).then_some((part.at.seq, part.at.position));
    let (last, behind) = in_part.or(earlier).unwrap_or((0, 0));
    let earliest = last.saturating_add(1);
    // What was compacted since the part before, or before any, is not missing.
    let behind_mark = if in_part.is_some() { 0 } else { integer(compacted) + 1 };
    let latest = earliest.max(behind_mark);
    if !(earliest..=latest).contains(seq) {
        let what = format!("the next event there is seq {seq}");
        part.report(Problem::of(id, latest.unsigned_abs(), what));
    }
    if *seq > integer(head) {
        let what = format!("it lies above the head, {head}");
        part.report(Problem::of(id, seq.unsigned_abs(), what));
    }
    if *position <= behind {
        let what = format!("its position, {position}, is not above that of the event before");
        part.report(Problem::of(id, seq.unsigned_abs(), what));
    }
}

/// Checks what an event's row holds, and answers its tags.
fn check_content(part: &mut Part, row: &Row<'_>, met: &Met) -> Result<Option<Vec<Tag>>> {
    let (id, seq) = (&met.id, met.seq.unsigned_abs());
    let Some(event) = part.expect(id, seq, row::event(row, None)) else { return Ok(None) };
    check_payload(part, id, seq, &event.payload);
    check_tags(part, &event);
    let token = row.get_ref(8)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
    if let Some(token) = token {
        part.check_token(id, seq, token);
    }
    part.found.unchecked += u64::from(row::checksum(row, 9)?.is_none());
    Ok(Some(event.tags))
}

/// Checks that a payload can be read, where that can be known.
pub(super) fn check_payload(part: &mut Part, id: &PersistenceId, seq: Seq, payload: &[u8]) {
    match codec::judge(payload) {
        Ok(known) => part.found.opaque += u64::from(!known),
        Err(fault) => {
            let what = format!("its payload cannot be read: {fault}");
            part.report_irregular(Problem::of(id, seq, what));
        }
    }
}

fn check_tags(part: &mut Part, event: &PersistentEvent) {
    let PersistentEvent { id, seq, tags, .. } = event;
    for (at, tag) in tags.iter().enumerate() {
        part.hold_to(id, *seq, Tag::new(tag));
        if tags[..at].contains(tag) {
            part.report_irregular(Problem::of(id, *seq, format!("it has the tag {tag:?} twice")));
        }
    }
    if tags.len() > MAX_TAGS {
        let what = format!("it has {} tags, more than {MAX_TAGS}", tags.len());
        part.report_irregular(Problem::of(id, *seq, what));
    }
}

/// Streams in the order of their ids: whether their events go on to their heads.
fn streams(connection: &Connection, tables: &Tables, part: &mut Part) -> Result<bool> {
    let after = PersistenceId::stored(&part.at.id);
    let ids = heads::ids(connection, tables, Some(&after), PAGE_EVENTS)?;
    let last = format!("SELECT max(seq) FROM \"{}\" WHERE pid = ?1", tables.stem);
    let mut last = prepare(connection, &last)?;
    for id in &ids {
        part.hold_to(id, 0, PersistenceId::new(id));
        if let Some(Head { head, compacted }) = part.expect(id, 0, head(connection, tables, id)) {
            let last: Option<i64> = last.query_row([id.as_str()], |row| row.get(0))?;
            let last = last.map_or(compacted, |last| last.max(0).unsigned_abs());
            if last < head {
                let what = format!("its event is missing: the head is {head}");
                part.report(Problem::of(id, last + 1, what));
            }
        }
        part.at.advance(id.as_str(), 0)?;
    }
    part.found.streams += ids.len() as u64;
    part.done(ids.len() as u64);
    Ok(ids.len() < PAGE_EVENTS)
}

/// What is noted of the whole journal.
fn notes(connection: &Connection, tables: &Tables, part: &mut Part) -> Result<bool> {
    let mut select = prepare(connection, &tables.select_notes)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (name, value): (String, i64) = (row.get(0)?, row.get(1)?);
        let noted = u64::try_from(value).ok().filter(|noted| *noted <= MAX_SEQ);
        let is_known = [LAST_POSITION, VERSION].contains(&&*name);
        let Some(noted) = noted.filter(|_| is_known) else {
            part.report(Problem::new(format!("{name:?} is noted as {value}")));
            continue;
        };
        let checksum = Checksum::of_note(&name, noted);
        if row::checksum(row, 2)?.is_some_and(|stored| stored != checksum) {
            part.report(Problem::new(format!("{name:?} is noted as {value}: {CHANGED}")));
        }
    }
    Ok(true)
}
