//! Handlers that are called at least once for each event, over any journal.
#![cfg(not(target_arch = "wasm32"))]

mod words;

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    task::Poll,
    time::Duration,
};

use actor_journal::{
    AppendToken, AtLeastOnceProjection, BoxFuture, DurableState, DurableStateStore, Error,
    ErrorKind, EventHandler, HandlerError, InMemoryDurableStateStore, InMemoryJournal, NewEvent,
    NewState, PersistenceId, PersistentEvent, Position, Recourse, Result, Revision,
};
use futures_util::future::{Either, select};
use words::{append, batch, event, values};

/// Keeps what it was given, and fails at 666.
#[derive(Default)]
struct Collected {
    events: Mutex<Vec<PersistentEvent>>,
    tries: AtomicU32,
    skips: bool,
}

impl EventHandler for Collected {
    fn name(&self) -> &str {
        "collected"
    }

    fn apply<'a>(&'a self, event: &'a PersistentEvent) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            if event.json::<u64>()? == 666 {
                self.tries.fetch_add(1, SeqCst);
                return Err("it is 666".into());
            }
            self.events.lock().unwrap().push(event.clone());
            Ok(())
        })
    }

    fn on_failure(&self, _: &PersistentEvent, _: &Error, attempts: u32) -> Recourse {
        match attempts {
            _ if !self.skips => Recourse::Stop,
            1 | 2 => Recourse::Retry(Duration::ZERO),
            _ => Recourse::Skip,
        }
    }
}

type Collecting = AtLeastOnceProjection<Collected>;

fn found(projection: &Collecting) -> Vec<u64> {
    values(&projection.handler().events.lock().unwrap())
}

struct Place {
    journal: Arc<InMemoryJournal>,
    positions: Arc<Unreliable>,
}

impl Place {
    fn new() -> Self {
        Self { journal: Arc::new(InMemoryJournal::new()), positions: Arc::default() }
    }

    fn projection(&self, skips: bool) -> Collecting {
        let handler = Collected { skips, ..Collected::default() };
        AtLeastOnceProjection::new(self.journal.clone(), self.positions.clone(), handler).unwrap()
    }
}

/// A store that does not store, where it is told so.
#[derive(Default)]
struct Unreliable {
    store: InMemoryDurableStateStore,
    is_gone: AtomicBool,
}

impl DurableStateStore for Unreliable {
    fn load<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<DurableState>> {
        self.store.load(id)
    }

    fn change<'a>(
        &'a self,
        id: &'a PersistenceId,
        revision: Revision,
        state: Option<NewState>,
        token: AppendToken,
    ) -> BoxFuture<'a, Result<Revision>> {
        if self.is_gone.load(SeqCst) {
            return Box::pin(async { Err(Error::new(ErrorKind::Io, "the disk is gone")) });
        }
        self.store.change(id, revision, state, token)
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.store.close()
    }
}

/// Lets what runs beside have its turn.
async fn others_go_on() {
    let mut is_over = false;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut is_over, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[test]
fn each_event_is_dealt_with_in_order_and_the_next_one_goes_on_behind_it() {
    pollster::block_on(async {
        let place = Place::new();
        append(&*place.journal, "a", 0, batch(1..=300)).await;
        let first = place.projection(false);
        assert_eq!(first.catch_up().await.unwrap(), 300);
        assert_eq!(found(&first), (1..=300).collect::<Vec<_>>());
        append(&*place.journal, "b", 0, event(301)).await;
        let second = place.projection(false);
        assert_eq!(second.position().await.unwrap(), 300);
        assert_eq!(second.catch_up().await.unwrap(), 301);
        assert_eq!(found(&second), [301]);
    });
}

#[test]
fn an_event_that_fails_stops_it_before_that_event() {
    pollster::block_on(async {
        let place = Place::new();
        append(&*place.journal, "a", 0, batch([1, 666, 3])).await;
        let projection = place.projection(false);
        let error = projection.catch_up().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Projection { position: 2 });
        assert_eq!(projection.position().await.unwrap(), 1);
        assert_eq!(found(&projection), [1]);
    });
}

#[test]
fn an_event_that_fails_is_tried_again_and_passed_over_and_recorded() {
    pollster::block_on(async {
        let place = Place::new();
        append(&*place.journal, "a", 0, batch([1, 666, 3])).await;
        let projection = place.projection(true);
        assert_eq!(projection.catch_up().await.unwrap(), 3);
        assert_eq!((found(&projection), projection.handler().tries.load(SeqCst)), (vec![1, 3], 3));
        let skipped = projection.skipped().await.unwrap();
        let places: Vec<(Position, u64)> =
            skipped.iter().map(|one| (one.position, one.seq)).collect();
        assert_eq!(places, [(2, 2)]);
        assert!(skipped[0].error.contains("it is 666"), "{}", skipped[0].error);
    });
}

#[test]
fn an_event_that_cannot_be_read_stops_it_or_is_passed_over_and_recorded() {
    pollster::block_on(async {
        let place = Place::new();
        let unreadable = NewEvent::json("no number").unwrap();
        append(&*place.journal, "a", 0, vec![event(1), unreadable, event(3)]).await;
        let stopped = place.projection(false).catch_up().await.unwrap_err();
        assert_eq!(stopped.kind(), &ErrorKind::Projection { position: 2 });
        let told = "position 2: seq 2 of \"a\" cannot be read as json";
        assert!(stopped.to_string().contains(told), "{stopped}");
        let projection = place.projection(true);
        assert_eq!(projection.catch_up().await.unwrap(), 3);
        assert_eq!(found(&projection), [3]);
        let skipped = projection.skipped().await.unwrap();
        assert_eq!((skipped[0].id.as_str(), skipped[0].seq, skipped[0].position), ("a", 2, 2));
    });
}

#[test]
fn what_could_not_be_noted_comes_again() {
    pollster::block_on(async {
        let place = Place::new();
        append(&*place.journal, "a", 0, batch(1..=10)).await;
        let projection = place.projection(false);
        place.positions.is_gone.store(true, SeqCst);
        assert_eq!(projection.catch_up().await.unwrap_err().code(), "io");
        place.positions.is_gone.store(false, SeqCst);
        assert_eq!(projection.catch_up().await.unwrap(), 10);
        assert_eq!(found(&projection), (1..=10).chain(1..=10).collect::<Vec<_>>());
    });
}

#[test]
fn a_journal_that_ends_before_what_was_dealt_with_is_another_one() {
    pollster::block_on(async {
        let mut place = Place::new();
        append(&*place.journal, "a", 0, batch(1..=5)).await;
        assert_eq!(place.projection(false).catch_up().await.unwrap(), 5);
        place.journal = Arc::new(InMemoryJournal::new());
        append(&*place.journal, "a", 0, batch(1..=2)).await;
        let projection = place.projection(false);
        for error in [projection.catch_up().await.unwrap_err(), projection.run().await.unwrap_err()]
        {
            assert_eq!(error.code(), "corrupt");
            assert!(
                error.to_string().contains("ends at position 2, before 5, up to which it was read"),
                "{error}"
            );
        }
        assert_eq!(found(&projection), [] as [u64; 0]);
    });
}

#[test]
fn what_is_appended_is_followed_until_it_is_dropped() {
    pollster::block_on(async {
        let place = Place::new();
        let projection = place.projection(false);
        let appends = async {
            for seq in 0..5 {
                append(&*place.journal, "a", seq, event(seq)).await;
            }
            while projection.position().await.unwrap() < 5 {
                others_go_on().await;
            }
        };
        let followed = select(Box::pin(projection.run()), Box::pin(appends)).await;
        assert!(matches!(followed, Either::Right(_)), "it runs until it is dropped");
        assert_eq!(found(&projection), [0, 1, 2, 3, 4]);
    });
}
