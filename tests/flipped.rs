//! A file of which one byte was changed, or that was cut: an error, a problem that is named, or what
//! it held. Each test takes a sample; with `EVERY_BYTE=1` in the environment, all there is.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::{env, fs};

use actor_journal::{
    AppendToken, Durability, DurableState, DurableStateOptions, DurableStateStore, Journal,
    NewEvent, NewState, PersistenceId, PersistentEvent, ReplayRange, Result, Seq, Snapshot,
    SnapshotBounds, SnapshotOptions, SnapshotStore, SqliteDurableStateStore, SqliteJournal,
    SqliteSnapshotStore, TagFilter, Verification,
};
use futures_util::TryStreamExt;
use place::Place;
use rusqlite::Connection;
use words::{append, event, id, named, tagged};

/// The smallest pages there are: most bytes mean something, and long payloads overflow.
const PAGE: usize = 512;

const STREAMS: [&str; 5] = ["a", "b", "c", "gone", "unknown"];

struct Stores {
    journal: SqliteJournal,
    snapshots: SqliteSnapshotStore,
    states: SqliteDurableStateStore,
}

impl Stores {
    async fn open(place: &Place) -> Result<Self> {
        let path = place.path("events.db");
        // Power is not cut here.
        let journal = place.options().synchronous(Durability::Normal);
        Ok(Self {
            journal: SqliteJournal::open(journal).await?,
            snapshots: SqliteSnapshotStore::open(SnapshotOptions::new(&path)).await?,
            states: SqliteDurableStateStore::open(DurableStateOptions::new(&path)).await?,
        })
    }

    async fn close(&self) {
        self.journal.close().await.unwrap();
        self.snapshots.close().await.unwrap();
        self.states.close().await.unwrap();
    }

    async fn verify(&self) -> Result<Verification> {
        let mut found = self.journal.verify(|_| ()).await?;
        found.add(self.snapshots.verify(Some("events"), |_| ()).await?);
        found.add(self.states.verify(|_| ()).await?);
        Ok(found)
    }

    async fn state_of(&self, id: &PersistenceId) -> Result<State> {
        Ok(State {
            events: self.journal.read(id, ReplayRange::from(..)).await?,
            head: self.journal.highest_seq(id).await?,
            latest: self.snapshots.load_latest(id).await?,
            earlier: self.snapshots.load(id, SnapshotBounds::before(3)).await?,
            held: self.states.load(id).await?,
        })
    }

    async fn read_side(&self) -> Result<ReadSide> {
        let tagged =
            |tag| self.journal.events_by_tag(TagFilter::one(tag).unwrap(), 0).try_collect();
        Ok(ReadSide {
            ids: self.journal.persistence_ids(None, 100).await?,
            begun: self.journal.persistence_ids_begun(0, 100).await?,
            all: self.journal.all_events(0).try_collect().await?,
            money: tagged("money").await?,
            rare: tagged("rare").await?,
        })
    }
}

/// What recovers an actor.
#[derive(Debug, PartialEq)]
struct State {
    events: Vec<PersistentEvent>,
    head: Seq,
    latest: Option<Snapshot>,
    earlier: Option<Snapshot>,
    held: DurableState,
}

/// What is read across actors.
#[derive(Debug, PartialEq)]
struct ReadSide {
    ids: Vec<PersistenceId>,
    begun: Vec<PersistenceId>,
    all: Vec<PersistentEvent>,
    money: Vec<PersistentEvent>,
    rare: Vec<PersistentEvent>,
}

struct Held {
    states: Vec<State>,
    read_side: ReadSide,
}

/// A closed file that holds something of everything, free pages among it.
async fn rich() -> Place {
    let place = Place::new();
    let make = format!("PRAGMA page_size = {PAGE}; CREATE TABLE junk (bytes)");
    place.connect().execute_batch(&make).unwrap();
    let stores = Stores::open(&place).await.unwrap();
    let Stores { journal, snapshots, states } = &stores;
    let long = NewEvent::json(&"long ".repeat(400)).unwrap();
    let cbor = NewEvent::cbor(&[1.5, 2.5]).unwrap();
    append(journal, "a", 0, vec![tagged(1, &["money", "rare"]), cbor, named(3, "counted", 2)])
        .await;
    append(journal, "b", 0, (1..=12).map(|n| tagged(n, &["money"])).collect::<Vec<_>>()).await;
    append(journal, "gone", 0, vec![event(1), event(2)]).await;
    append(journal, "c", 0, vec![long, event(2)]).await;
    append(journal, "a", 3, vec![event(4)]).await;
    journal.delete(&id("b"), 3).await.unwrap();
    journal.delete(&id("gone"), 2).await.unwrap();
    for (stream, seq) in [("a", 2), ("a", 4), ("b", 3), ("gone", 2)] {
        let state = NewState::json(&"state ".repeat(120)).unwrap().named("sum", 1).unwrap();
        snapshots.save(&id(stream), seq, state).await.unwrap();
    }
    for stream in ["a", "c"] {
        let state = NewState::json(&["book"]).unwrap().named("cart", 3).unwrap();
        states.save(&id(stream), 0, state, AppendToken::random()).await.unwrap();
    }
    states.delete(&id("c"), 1, AppendToken::random()).await.unwrap();
    stores.close().await;
    let free = "INSERT INTO junk VALUES (zeroblob(2000)); DROP TABLE junk";
    place.connect().execute_batch(free).unwrap();
    place
}

async fn held(place: &Place) -> Held {
    let stores = Stores::open(place).await.unwrap();
    assert!(stores.verify().await.unwrap().is_sound());
    let mut states = Vec::new();
    for stream in STREAMS {
        states.push(stores.state_of(&id(stream)).await.unwrap());
    }
    let read_side = stores.read_side().await.unwrap();
    stores.close().await;
    Held { states, read_side }
}

/// What came of reading a damaged file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    refused: u32,
    named: u32,
    harmless: u32,
    /// Of those named: where a snapshot or a durable state is not found without a check, or the head
    /// of a stream without events. What is found of a stream's events is right in any case.
    other_state: u32,
    /// Of those named: where an id or an event is not found on the read side without a check.
    other_read_side: u32,
}

impl Tally {
    /// Opens what was damaged and reads all of it: where the check finds nothing, all must be right.
    async fn read(&mut self, place: &Place, held: &Held, what: &str) {
        let Ok(stores) = Stores::open(place).await else {
            self.refused += 1;
            return;
        };
        let sound = stores.verify().await.is_ok_and(|found| found.is_sound());
        let mut states = true;
        for (stream, held) in STREAMS.iter().zip(&held.states) {
            let state = stores.state_of(&id(stream)).await;
            let is_right = state.as_ref().is_ok_and(|state| state == held);
            assert!(!sound || is_right, "{what}: of {stream} {state:?}");
            if let Ok(state) = &state {
                let head_is_right = state.head == held.head || held.events.is_empty();
                assert!(
                    state.events == held.events && head_is_right,
                    "{what}: {stream}, unchecked"
                );
            }
            states &= state.is_err() || is_right;
        }
        let read_side = stores.read_side().await;
        let is_right = read_side.as_ref().is_ok_and(|read_side| *read_side == held.read_side);
        assert!(!sound || is_right, "{what}: {read_side:?}");
        self.harmless += u32::from(sound);
        self.named += u32::from(!sound);
        self.other_state += u32::from(!states);
        self.other_read_side += u32::from(read_side.is_ok() && !is_right);
        stores.close().await;
    }
}

/// All of them, or each so-many-th.
fn sample(one_in: usize) -> usize {
    if env::var_os("EVERY_BYTE").is_some() { 1 } else { one_in }
}

#[test]
fn a_changed_byte_is_found_or_harmless() {
    pollster::block_on(async {
        let place = rich().await;
        let held = held(&place).await;
        let whole = fs::read(place.path("events.db")).unwrap();
        let mut tally = Tally::default();
        for at in (0..whole.len()).step_by(sample(97)) {
            for change in [0xff, 1 << (at % 8)] {
                let mut damaged = whole.clone();
                damaged[at] ^= change;
                let after = Place::new();
                fs::write(after.path("events.db"), damaged).unwrap();
                let what = format!("byte {at} of {} changed by {change:#x}", whole.len());
                tally.read(&after, &held, &what).await;
            }
        }
        println!("{tally:?}");
        assert!(tally.refused > 0 && tally.named > 0 && tally.harmless > 0, "{tally:?}");
    });
}

#[test]
fn a_file_cut_at_any_page_is_an_error_or_what_it_held() {
    pollster::block_on(async {
        let place = rich().await;
        let held = held(&place).await;
        let whole = fs::read(place.path("events.db")).unwrap();
        let mut tally = Tally::default();
        for length in (PAGE..whole.len()).step_by(PAGE) {
            let after = Place::new();
            fs::write(after.path("events.db"), &whole[..length]).unwrap();
            tally.read(&after, &held, &format!("cut at {length} of {}", whole.len())).await;
        }
        println!("{tally:?}");
        assert_eq!(
            (tally.harmless, tally.other_state, tally.other_read_side),
            (0, 0, 0),
            "{tally:?}"
        );
    });
}

/// What each of the bytes of a page that is used means is known to SQLite alone, so that the sample
/// above may miss it: of the payloads, whose bytes it does not know, each is changed here.
#[test]
fn a_changed_byte_of_a_payload_never_gives_another_state() {
    pollster::block_on(async {
        let place = rich().await;
        let held = held(&place).await;
        let whole = fs::read(place.path("events.db")).unwrap();
        let text = b"long long ";
        let places = whole.windows(text.len()).enumerate().filter(|(_, window)| window == text);
        let mut tally = Tally::default();
        for (at, _) in places.step_by(sample(50)) {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            let after = Place::new();
            fs::write(after.path("events.db"), damaged).unwrap();
            tally.read(&after, &held, &format!("byte {at} of a text changed")).await;
        }
        assert!(tally.named > 0);
        assert_eq!(
            (tally.harmless, tally.other_state, tally.other_read_side),
            (0, 0, 0),
            "{tally:?}"
        );
    });
}

/// Other streams stay readable, and of the damaged one what stands in front of the damage.
#[test]
fn reading_stops_at_the_damaged_event_and_goes_on_elsewhere() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        for stream in ["a", "b"] {
            append(&journal, stream, 0, (1..=10).map(event).collect::<Vec<_>>()).await;
        }
        let connection: Connection = place.connect();
        connection.execute_batch("UPDATE events SET ts = 7 WHERE pid = 'a' AND seq = 6").unwrap();
        let mut before = Vec::new();
        let mut replay = journal.replay(&id("a"), ReplayRange::from(..));
        let error = loop {
            match replay.try_next().await {
                Ok(event) => before.push(event.unwrap().seq),
                Err(error) => break error,
            }
        };
        assert_eq!(before, [1, 2, 3, 4, 5]);
        assert_eq!(error.code(), "integrity");
        assert!(error.to_string().contains("seq 6"), "{error}");
        let behind = journal.read(&id("a"), ReplayRange::from(7..)).await.unwrap();
        assert_eq!(behind.len(), 4);
        assert_eq!(journal.read(&id("b"), ReplayRange::from(..)).await.unwrap().len(), 10);
    });
}
