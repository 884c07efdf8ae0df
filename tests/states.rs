//! Durable states in real files: other owners, damage, and saves that are lost.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::time::Duration;

use actor_journal::{
    AppendToken, DurableStateOptions, DurableStateStore, ErrorKind, MAX_SEQ, NewState, Result,
    Revision, SqliteDurableStateStore,
};
use place::Place;
use words::id;

async fn states(place: &Place) -> Result<SqliteDurableStateStore> {
    SqliteDurableStateStore::open(DurableStateOptions::new(place.path("events.db"))).await
}

/// Saves `state` under the id `a`.
async fn save(
    store: &SqliteDurableStateStore,
    revision: Revision,
    state: &str,
) -> Result<Revision> {
    let state = NewState::bytes(state.as_bytes());
    store.save(&id("a"), revision, state, AppendToken::random()).await
}

#[test]
fn everything_is_there_again() {
    pollster::block_on(async {
        let place = Place::new();
        let store = states(&place).await.unwrap();
        let token = AppendToken::random();
        let state = NewState::bytes(*b"1");
        store.save(&id("a"), 0, state.clone(), token).await.unwrap();
        store.delete(&id("b"), 0, token).await.unwrap();
        let before = store.load(&id("a")).await.unwrap();
        store.close().await.unwrap();

        let store = states(&place).await.unwrap();
        assert_eq!(store.load(&id("a")).await.unwrap(), before);
        assert_eq!(store.save(&id("a"), 0, state, token).await.unwrap(), 1, "a repeat");
        assert_eq!(store.delete(&id("b"), 0, token).await.unwrap(), 1, "a repeat");
        assert!(save(&store, 0, "2").await.unwrap_err().is_conflict());
    });
}

#[test]
fn a_table_has_the_name_that_was_asked_for() {
    pollster::block_on(async {
        let place = Place::new();
        let store = states(&place).await.unwrap();
        let options = DurableStateOptions::new(place.path("events.db")).states_table("carts");
        let carts = SqliteDurableStateStore::open(options).await.unwrap();
        save(&carts, 0, "7").await.unwrap();
        assert_eq!(store.load(&id("a")).await.unwrap().revision, 0);
        let sql = "SELECT CAST(state AS TEXT) FROM carts WHERE pid = 'a' AND revision = 1";
        let state: String = place.connect().query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(state, "7");
    });
}

#[test]
fn another_program_makes_a_save_a_conflict_or_busy() {
    pollster::block_on(async {
        let place = Place::new();
        let options = DurableStateOptions::new(place.path("events.db"));
        let options = options.busy_timeout(Duration::ZERO);
        let store = SqliteDurableStateStore::open(options).await.unwrap();
        save(&store, 0, "1").await.unwrap();
        let other = place.connect();
        other.execute_batch("BEGIN IMMEDIATE; UPDATE states SET revision = 2").unwrap();
        assert!(save(&store, 1, "2").await.unwrap_err().is_busy());
        other.execute_batch("COMMIT").unwrap();
        assert!(save(&store, 1, "2").await.unwrap_err().is_conflict());
        assert_eq!(save(&store, 2, "3").await.unwrap(), 3);
    });
}

/// What fails only at the commit: a deferred foreign key that a state's insertion breaks.
const BREAK_COMMITS: &str = "
    CREATE TABLE parent (id PRIMARY KEY);
    CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER break_commit AFTER INSERT ON states BEGIN INSERT INTO child VALUES (1); END;";

#[test]
fn a_lost_state_is_saved_once() {
    pollster::block_on(async {
        let place = Place::new();
        let store = states(&place).await.unwrap();
        place.connect().execute_batch(BREAK_COMMITS).unwrap();
        let (state, token) = (NewState::bytes(*b"1"), AppendToken::random());
        let save = async |store: &SqliteDurableStateStore| {
            store.save(&id("a"), 0, state.clone(), token).await
        };
        assert!(save(&store).await.unwrap_err().is_lost());
        assert_eq!(save(&store).await.unwrap_err().code(), "poisoned");
        assert_eq!(store.load(&id("a")).await.unwrap().revision, 0, "reads go on");
        store.close().await.unwrap();
        place.connect().execute_batch("DROP TRIGGER break_commit").unwrap();

        let store = states(&place).await.unwrap();
        assert_eq!(save(&store).await.unwrap(), 1);
        assert_eq!(save(&store).await.unwrap(), 1);
    });
}

#[test]
fn a_revision_that_no_change_gives_is_an_integrity_error() {
    pollster::block_on(async {
        let place = Place::new();
        let store = states(&place).await.unwrap();
        save(&store, 0, "1").await.unwrap();
        let damage = |revision: i64| {
            let sql = format!("UPDATE states SET revision = {revision}");
            place.connect().execute_batch(&sql).unwrap();
        };
        for revision in [-3, 0, 1 << 53] {
            damage(revision);
            let expected = ErrorKind::Integrity { id: id("a"), seq: revision.unsigned_abs() };
            assert_eq!(store.load(&id("a")).await.unwrap_err().kind(), &expected);
            assert_eq!(save(&store, 1, "2").await.unwrap_err().kind(), &expected);
        }
        damage(MAX_SEQ as i64);
        assert_eq!(save(&store, MAX_SEQ, "2").await.unwrap_err().code(), "invalid-argument");
    });
}

#[test]
fn a_manifest_that_is_none_is_an_integrity_error() {
    pollster::block_on(async {
        let place = Place::new();
        let store = states(&place).await.unwrap();
        save(&store, 0, "1").await.unwrap();
        for damage in ["manifest = 'cart'", "version = 1", "manifest = '', version = 1"] {
            let sql = format!(
                "UPDATE states SET manifest = NULL, version = NULL; UPDATE states SET {damage}"
            );
            place.connect().execute_batch(&sql).unwrap();
            let error = store.load(&id("a")).await.unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::Integrity { id: id("a"), seq: 1 }, "{damage}");
        }
    });
}

#[test]
fn a_state_that_cannot_be_decoded_says_where() {
    pollster::block_on(async {
        let place = Place::new();
        let store = states(&place).await.unwrap();
        save(&store, 0, "{oops").await.unwrap();
        let error = store.load(&id("a")).await.unwrap().decode::<u64>().unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Undecodable { id: id("a"), seq: 1 });
        assert!(error.to_string().starts_with("state 1 of \"a\""), "{error}");
    });
}

#[test]
fn what_is_not_a_store_is_refused() {
    pollster::block_on(async {
        let foreign = [
            "CREATE TABLE states (name, capital)",
            "CREATE VIEW states AS SELECT 1 AS pid",
            "CREATE INDEX states ON events (ts)",
            "PRAGMA application_id = 7",
        ];
        for sql in foreign {
            let place = Place::filled().await;
            place.connect().execute_batch(sql).unwrap();
            let error = states(&place).await.err().unwrap();
            assert_eq!(error.code(), "corrupt", "{sql}: {error}");
        }
    });
}
