/// How far something that takes long has come.
///
/// ```
/// use actor_journal::Progress;
///
/// let progress = Progress { done: 50, total: 200 };
/// assert_eq!(100 * progress.done / progress.total.max(1), 25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How much is done, in the unit that the operation names; never falls.
    pub done: u64,
    /// How much there is in all, as far as is known; it may change on the way, and is not below
    /// `done`.
    pub total: u64,
}
