use actor_journal::{AppendToken, DurableStateStore, ErrorKind, NewState, Revision};
use futures_util::future::join_all;

use crate::words::id;

fn state(value: u64) -> NewState {
    NewState::json(&value).unwrap()
}

async fn save(store: &impl DurableStateStore, name: &str, based_on: Revision, value: u64) {
    let saved = store.save(&id(name), based_on, state(value), AppendToken::random()).await;
    assert_eq!(saved.unwrap(), based_on + 1);
}

/// The revision and the value.
async fn load(store: &impl DurableStateStore, name: &str) -> (Revision, Option<u64>) {
    let loaded = store.load(&id(name)).await.unwrap();
    assert_eq!(loaded.id, id(name));
    (loaded.revision, loaded.decode().unwrap())
}

/// That a change of `a` based on `expected` is refused, where it is at `actual`.
async fn refuses(
    store: &impl DurableStateStore,
    expected: Revision,
    actual: Revision,
    state: Option<NewState>,
    token: AppendToken,
) {
    let before = store.load(&id("a")).await.unwrap();
    let error = store.change(&id("a"), expected, state, token).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Conflict { id: id("a"), expected, actual });
    assert_eq!(store.load(&id("a")).await.unwrap(), before);
}

pub async fn an_unknown_id_is_at_revision_0(store: &impl DurableStateStore) {
    save(store, "a", 0, 1).await;
    assert_eq!(load(store, "b").await, (0, None));
}

pub async fn each_change_raises_the_revision_by_one(store: &impl DurableStateStore) {
    for revision in 0..5 {
        save(store, "a", revision, 10 * revision).await;
        assert_eq!(load(store, "a").await, (revision + 1, Some(10 * revision)));
    }
    save(store, "b", 0, 7).await;
    assert_eq!(load(store, "a").await, (5, Some(40)));
    assert!(store.load(&id("a")).await.unwrap().timestamp > 0);
}

pub async fn a_change_based_on_another_revision_is_a_conflict(store: &impl DurableStateStore) {
    refuses(store, 1, 0, Some(state(1)), AppendToken::random()).await;
    for revision in 0..3 {
        save(store, "a", revision, revision).await;
    }
    for expected in [0, 1, 2, 4, Revision::MAX] {
        refuses(store, expected, 3, Some(state(9)), AppendToken::random()).await;
        refuses(store, expected, 3, None, AppendToken::random()).await;
    }
}

pub async fn a_revision_has_one_winner_among_many(store: &impl DurableStateStore) {
    let a = id("a");
    let saves = (0..20).map(|value| store.save(&a, 0, state(value), AppendToken::random()));
    let answers = join_all(saves).await;
    let winner = answers.iter().position(Result::is_ok).unwrap();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let losers = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(losers.into_iter().all(|error| error.is_conflict()));
    assert_eq!(load(store, "a").await, (1, Some(winner as u64)));
}

pub async fn revisions_go_on_behind_a_deletion(store: &impl DurableStateStore) {
    save(store, "a", 0, 1).await;
    assert_eq!(store.delete(&id("a"), 1, AppendToken::random()).await.unwrap(), 2);
    assert_eq!(load(store, "a").await, (2, None));
    refuses(store, 0, 2, Some(state(1)), AppendToken::random()).await;
    save(store, "a", 2, 3).await;
    assert_eq!(load(store, "a").await, (3, Some(3)));
    assert_eq!(store.delete(&id("b"), 0, AppendToken::random()).await.unwrap(), 1);
    assert_eq!(load(store, "b").await, (1, None));
}

pub async fn a_repeated_change_is_made_once(store: &impl DurableStateStore) {
    for (revision, state) in [(0, Some(state(1))), (1, None), (2, Some(state(3)))] {
        let token = AppendToken::random();
        let change = async || store.change(&id("a"), revision, state.clone(), token).await;
        assert_eq!(change().await.unwrap(), revision + 1);
        let changed = store.load(&id("a")).await.unwrap();
        assert_eq!(change().await.unwrap(), revision + 1);
        assert_eq!(store.load(&id("a")).await.unwrap(), changed);
    }
}

pub async fn a_repeat_behind_another_change_is_a_conflict(store: &impl DurableStateStore) {
    let token = AppendToken::random();
    store.save(&id("a"), 0, state(1), token).await.unwrap();
    save(store, "a", 1, 2).await;
    refuses(store, 0, 2, Some(state(1)), token).await;
}

pub async fn another_change_is_no_repeat(store: &impl DurableStateStore) {
    let token = AppendToken::random();
    store.save(&id("a"), 0, state(1), token).await.unwrap();
    refuses(store, 0, 1, Some(state(1)), AppendToken::random()).await;
    refuses(store, 0, 1, Some(state(2)), token).await;
    refuses(store, 0, 1, Some(state(1).named("number", 1).unwrap()), token).await;
    refuses(store, 0, 1, None, token).await;
    assert_eq!(store.save(&id("a"), 1, state(1), token).await.unwrap(), 2);
    assert_eq!(store.save(&id("b"), 0, state(1), token).await.unwrap(), 1);
}

pub async fn keeps_what_a_state_says_it_is(store: &impl DurableStateStore) {
    let (first, second) = (state(1).named("number", 1), state(2).named("zahl ü", 2));
    for (revision, state) in [(0, first.unwrap()), (1, second.unwrap()), (2, state(3))] {
        let token = AppendToken::random();
        for _ in 0..2 {
            let saved = store.save(&id("a"), revision, state.clone(), token).await;
            assert_eq!(saved.unwrap(), revision + 1);
        }
        let loaded = store.load(&id("a")).await.unwrap();
        assert_eq!((loaded.state, loaded.manifest), (Some(state.payload), state.manifest));
    }
    let named = state(4).named("number", 1).unwrap();
    store.save(&id("a"), 3, named, AppendToken::random()).await.unwrap();
    store.delete(&id("a"), 4, AppendToken::random()).await.unwrap();
    assert_eq!(store.load(&id("a")).await.unwrap().manifest, None);
}

pub async fn keeps_any_bytes(store: &impl DurableStateStore) {
    for (revision, bytes) in [&b""[..], b"\0", &[0xff; 3_000_000]].into_iter().enumerate() {
        let token = AppendToken::random();
        let saved =
            store.save(&id("a"), revision as u64, NewState::bytes(bytes), token).await.unwrap();
        assert_eq!(store.load(&id("a")).await.unwrap().state.as_deref(), Some(bytes));
        refuses(store, revision as u64, saved, None, token).await;
    }
}

pub async fn closing_ends_every_call(store: &impl DurableStateStore) {
    save(store, "a", 0, 1).await;
    store.close().await.unwrap();
    store.close().await.unwrap();
    let token = AppendToken::random();
    let answers = [
        store.load(&id("a")).await.map(drop),
        store.save(&id("a"), 1, state(1), token).await.map(drop),
        store.delete(&id("a"), 1, token).await.map(drop),
    ];
    for answer in answers {
        assert!(answer.unwrap_err().is_closed());
    }
}
