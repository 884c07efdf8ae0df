//! `actor-journal events`

use actor_journal::{
    Error, ErrorKind, EventStream, Journal, MAX_SEQ, PAGE_EVENTS, PersistenceId, PersistentEvent,
    Position, ReplayRange, Result, Seq, TagFilter,
};
use clap::Args;
use futures_util::StreamExt;

use crate::{
    database::Database,
    failure::{Failure, Verdict},
    listing::Listing,
    opening::Opening,
    output::Output,
};

const EXAMPLES: &str = "\
Examples:
  actor-journal events bank.db                               all events, in commit order
  actor-journal events bank.db --id account-7                one stream
  actor-journal events bank.db --id account-7 --from 90 --to 100
  actor-journal events bank.db --any deposit --any gift --not internal
  actor-journal events bank.db --after 5000 --limit 20       the next 20 behind position 5000
  actor-journal events bank.db --follow                      and those that are appended meanwhile
  actor-journal events bank.db --json | jq .event";

/// Shows events, of one stream or of the whole journal in commit order
///
/// One event a line: time (UTC), position, id, seq, tags, manifest@version, payload. What an event
/// does not have is `-`. Payloads are JSON on one line; those in CBOR are in its diagnostic
/// notation, which is JSON with bytes as h'00ff' and tags as 0("2026-11-23"). Control characters
/// are written as \u001b. A payload that cannot be decoded is shown as its bytes, and the exit code
/// is 3.
///
/// --json: one object a line, {"persistenceId", "sequenceNr", "position", "timestamp", "tags",
/// "manifest", "version", "event"}; tags, manifest and version only where there are any. What JSON
/// cannot say of CBOR is as RFC 8949, section 6.1, advises: bytes are text in base64url. In place
/// of an event that cannot be decoded stands "error", {"code", "message"}.
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Events {
    /// The database file
    file: String,
    /// Only the stream with this persistence id
    #[arg(long)]
    id: Option<String>,
    /// From this seq on, inclusive
    #[arg(long, value_name = "SEQ", requires = "id")]
    from: Option<Seq>,
    /// Up to this seq, inclusive
    #[arg(long, value_name = "SEQ", requires = "id")]
    to: Option<Seq>,
    /// Only events with this tag; given more than once, with all of them
    #[arg(long, value_name = "TAG")]
    all: Vec<String>,
    /// Only events with at least one of these tags
    #[arg(long, value_name = "TAG")]
    any: Vec<String>,
    /// Only events without this tag; given more than once, without any of them
    #[arg(long, value_name = "TAG")]
    not: Vec<String>,
    /// Only events behind this position
    #[arg(long, value_name = "POSITION", default_value_t = 0, hide_default_value = true)]
    after: Position,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = u64::MAX, hide_default_value = true)]
    limit: u64,
    /// Go on with events as they are appended, until Ctrl-C (which ends the program as the signal
    /// does: shells report 130)
    #[arg(long, short)]
    follow: bool,
}

impl Events {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        let filter = TagFilter::new(&self.all, &self.any, &self.not)?;
        let journal = Database::to_read(&self.file, opening).journal().await?;
        self.check(&journal).await?;
        let mut pages = self.events(&journal, &filter).ready_chunks(PAGE_EVENTS);
        let mut listing = Listing::new::<PersistentEvent>(output, self.limit);
        while !listing.is_full()
            && let Some(page) = pages.next().await
        {
            let (events, failure) = read(page);
            let events = events.iter().filter(|event| event.position > self.after);
            listing.write(events.filter(|event| filter.passes(&event.tags)))?;
            if let Some(error) = failure {
                return Err(error.into());
            }
        }
        Ok(listing.end())
    }

    /// Refuses what nothing would ever be shown for.
    async fn check(&self, journal: &impl Journal) -> Result<()> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            let message = format!("--from {from} is behind --to {to}");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        match &self.id {
            Some(id)
                if !self.follow && journal.highest_seq(&PersistenceId::stored(id)).await? == 0 =>
            {
                let message = format!("the journal holds no stream {id:?}");
                Err(Error::new(ErrorKind::NotFound, message))
            }
            _ => Ok(()),
        }
    }

    fn events<'a>(&self, journal: &'a impl Journal, filter: &TagFilter) -> EventStream<'a> {
        let Some(id) = &self.id else {
            let filter = filter.clone();
            return match self.follow {
                true => journal.live_events_by_tag(filter, self.after),
                false => journal.events_by_tag(filter, self.after),
            };
        };
        let range = ReplayRange::from(self.from.unwrap_or(1)..=self.to.unwrap_or(MAX_SEQ));
        let id = PersistenceId::stored(id);
        match self.follow {
            true => journal.live_replay(&id, range),
            false => journal.replay(&id, range),
        }
    }
}

/// The events before an error, and the error.
fn read(page: Vec<Result<PersistentEvent>>) -> (Vec<PersistentEvent>, Option<Error>) {
    let mut failure = None;
    let events =
        page.into_iter().map_while(|event| event.map_err(|error| failure = Some(error)).ok());
    (events.collect(), failure)
}
