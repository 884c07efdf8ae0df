//! A durable state in a story: how it was changed, and what must be found of it after a crash.

use actor_journal::{
    AppendToken, DurableState, DurableStateStore, NewState, Result, Revision,
    SqliteDurableStateStore,
};

use crate::{faulty::Disk, words::id};

/// The changes of the state `a`, one behind the other: the first made revision 1.
#[derive(Default)]
pub struct Changes(Vec<Change>);

#[derive(Clone)]
pub struct Change {
    based_on: Revision,
    state: Option<NewState>,
    token: AppendToken,
    pub asked: usize,
    answered: usize,
}

/// By turns small and large, with a manifest and without, and none.
fn state(round: u64) -> Option<NewState> {
    let length = if round.is_multiple_of(2) { 4000 } else { 100 };
    let text = round.to_string().repeat(length);
    let state = NewState::json(&text[..length]).unwrap();
    match round % 5 {
        0 => None,
        1 | 2 => Some(state),
        _ => Some(state.named("text", length as u32).unwrap()),
    }
}

impl Change {
    pub async fn make(&mut self, store: &SqliteDurableStateStore, disk: &Disk) -> Result<()> {
        let (state, token) = (self.state.clone(), self.token);
        let revision = store.change(&id("a"), self.based_on, state, token).await?;
        assert_eq!(revision, self.revision());
        self.answered = disk.moment();
        Ok(())
    }

    fn revision(&self) -> Revision {
        self.based_on + 1
    }

    fn is_there(&self, found: &DurableState) -> bool {
        let (state, manifest) =
            self.state.clone().map(|state| (state.payload, state.manifest)).unzip();
        (found.revision, &found.state, &found.manifest)
            == (self.revision(), &state, &manifest.flatten())
    }
}

impl Changes {
    /// The change that follows the last one, which is asked for now.
    pub fn next(&self, round: u64, disk: &Disk) -> Change {
        Change {
            based_on: self.0.last().map_or(0, Change::revision),
            state: state(round),
            token: AppendToken::random(),
            asked: disk.moment(),
            answered: usize::MAX,
        }
    }

    /// Takes in a change, whether it was answered or failed.
    pub fn push(&mut self, change: Change) {
        self.0.push(change);
    }

    /// Repeats the last change if it failed.
    pub async fn repeat(&mut self, store: &SqliteDurableStateStore, disk: &Disk) {
        if let Some(last) = self.0.last_mut().filter(|last| last.answered == usize::MAX) {
            last.make(store, disk).await.unwrap();
        }
    }

    /// Forgets the last change if it failed and is surely not stored.
    pub fn give_up(&mut self) {
        self.0.retain(|change| change.answered != usize::MAX);
    }

    /// The changes that made what was found.
    pub fn through(&self, revision: Revision) -> &[Change] {
        &self.0[..usize::try_from(revision).unwrap()]
    }

    /// Checks what was found after a crash at `moment`, where `answered` tells of a change's moment
    /// whether it must be there; then goes on from it.
    pub async fn check(
        &self,
        store: &SqliteDurableStateStore,
        disk: &Disk,
        moment: usize,
        answered: impl Fn(usize) -> bool,
    ) {
        let found = store.load(&id("a")).await.unwrap();
        let (made, lost) = self.0.split_at(usize::try_from(found.revision).unwrap());
        match made.last() {
            None => assert_eq!(found.state, None),
            Some(last) => assert!(last.is_there(&found) && last.asked <= moment, "another state"),
        }
        assert!(!lost.iter().any(|change| answered(change.answered)), "a change lost");
        for change in made.last().into_iter().chain(lost.first()) {
            for _ in ["a first try or a repeat", "a repeat"] {
                change.clone().make(store, disk).await.unwrap();
            }
            assert!(change.is_there(&store.load(&id("a")).await.unwrap()), "a repeat lost");
        }
        if let [.., early, _] = made {
            let late = early.clone().make(store, disk).await;
            assert!(late.is_err_and(|error| error.is_conflict()), "a revision went back");
        }
    }
}
