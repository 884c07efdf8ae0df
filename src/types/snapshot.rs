use super::{Manifest, NewState, Payload, PersistenceId, Seq, Timestamp};

/// An actor's state as of one seq of its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The stream that the state was folded from.
    pub id: PersistenceId,
    /// The last event that the state contains.
    pub seq: Seq,
    /// When it was written; information only.
    pub timestamp: Timestamp,
    /// The state as its codec wrote it.
    pub state: Payload,
    /// What the state says it is, if anything.
    pub manifest: Option<Manifest>,
}

impl From<Snapshot> for NewState {
    /// The same state, to be saved elsewhere.
    fn from(snapshot: Snapshot) -> Self {
        let Snapshot { state: payload, manifest, timestamp, .. } = snapshot;
        Self { payload, manifest, timestamp: Some(timestamp) }
    }
}

/// Which snapshots may be loaded: inclusive bounds on seq and time.
///
/// ```
/// use actor_journal::SnapshotBounds;
///
/// let before_ten = SnapshotBounds { max_seq: 9, ..SnapshotBounds::default() };
/// assert!(before_ten.min_timestamp < before_ten.max_timestamp);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotBounds {
    /// The lowest seq.
    pub min_seq: Seq,
    /// The highest seq.
    pub max_seq: Seq,
    /// The earliest time.
    pub min_timestamp: Timestamp,
    /// The latest time.
    pub max_timestamp: Timestamp,
}

impl SnapshotBounds {
    /// Snapshots below `seq`.
    pub fn before(seq: Seq) -> Self {
        let max_seq = seq.saturating_sub(1);
        Self { max_seq, ..Self::default() }
    }

    /// Whether `snapshot` lies within.
    pub fn contain(&self, snapshot: &Snapshot) -> bool {
        (self.min_seq..=self.max_seq).contains(&snapshot.seq)
            && (self.min_timestamp..=self.max_timestamp).contains(&snapshot.timestamp)
    }
}

impl Default for SnapshotBounds {
    fn default() -> Self {
        Self { min_seq: 0, max_seq: Seq::MAX, min_timestamp: i64::MIN, max_timestamp: i64::MAX }
    }
}
