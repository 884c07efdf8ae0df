use crate::types::Seq;

/// What becomes of an actor whose own code panics, natively: in wasm a panic ends everything.
///
/// Whatever the policy, nothing that was stored is lost or stored twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailurePolicy {
    /// It goes on with the state of the last stored event, and with itself as the panic left it.
    /// Where that state is not known, because
    /// [`apply`](super::PersistentActor::apply) panicked, it is restarted.
    Resume,
    /// A new actor is made and recovered from the journal; commands that wait stay.
    #[default]
    Restart,
    /// It stops. Commands that wait are answered with what failed.
    Stop,
}

/// What becomes of an actor's events when a snapshot of it is saved by policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retention {
    /// All are kept.
    #[default]
    Keep,
    /// Those that every kept snapshot covers are deleted with a save by policy, not with one that a
    /// command has asked for; in one transaction where journal and snapshots share a database:
    /// [`save_and_compact`](crate::SnapshotStore::save_and_compact).
    Compact,
}

/// A snapshot policy: behind each event whose seq is a multiple of `n`.
///
/// ```
/// let policy = actor_journal::every_n_events(100);
/// assert!(policy(200, &"state", &"event") && !policy(201, &"state", &"event"));
/// ```
///
/// # Panics
///
/// Where `n` is 0.
pub fn every_n_events<S, E>(n: u64) -> impl Fn(Seq, &S, &E) -> bool {
    assert!(n > 0, "a snapshot each 0 events");
    move |seq, _, _| seq.is_multiple_of(n)
}
