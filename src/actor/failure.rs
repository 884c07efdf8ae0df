use super::ActorError;
use crate::error::{Error, ErrorKind};

/// What kept a command from being carried out to its end.
pub(super) struct Failure {
    pub(super) error: ActorError,
    pub(super) verdict: Verdict,
}

/// What a failure means for the actor.
#[derive(Clone, Copy)]
pub(super) enum Verdict {
    /// Nothing: its state is the stored one.
    GoesOn,
    /// Its code panicked. Its state is the stored one.
    Failed,
    /// Its code panicked, and its state is not the stored one.
    Broken,
    /// It cannot know what is stored.
    Stops,
}

impl Failure {
    pub(super) fn new(error: impl Into<ActorError>, verdict: Verdict) -> Self {
        Self { error: error.into(), verdict }
    }

    /// Of a write: when it met another writer's, or it is unknown whether it is stored, the state
    /// may not be the stored one.
    pub(super) fn of_write(error: Error) -> Self {
        let verdict = match error.kind() {
            ErrorKind::Conflict { .. } | ErrorKind::Lost | ErrorKind::Internal => Verdict::Stops,
            _ => Verdict::GoesOn,
        };
        Self::new(error, verdict)
    }

    /// What is stored of the command must not be stored again.
    pub(super) fn behind(self, stored: bool) -> Self {
        Self { error: self.error.behind(stored), ..self }
    }
}
