use std::sync::Arc;

use super::{
    ActorError, AskError, Effect, FailurePolicy,
    caught::caught,
    failure::{Failure, Verdict},
    ids::Claim,
    kind::{Actor, Kept, Kind},
    persistence::Persistence,
};

/// An actor with its recovered state: what passivation takes away and recovery brings back.
pub(super) struct Life<A: Kind> {
    actor: A,
    pub(super) state: A::State,
    pub(super) kept: A::Kept,
    claim: Option<Claim>,
}

/// What a command is answered with.
pub(super) type Answered<A> = Result<<A as Actor>::Reply, AskError<<A as Actor>::Error>>;

/// What becomes of the actor behind a command.
pub(super) enum Next {
    GoOn,
    Restart,
    /// Commands that wait are answered with this.
    Stop(ActorError),
}

/// Why an actor does not live.
pub(super) struct Unrecovered {
    pub(super) why: ActorError,
    /// Whether another try may succeed.
    pub(super) may_pass: bool,
}

impl From<ActorError> for Unrecovered {
    fn from(why: ActorError) -> Self {
        Self { why, may_pass: false }
    }
}

impl<A: Kind> Life<A> {
    /// Recovers what `create` gives. Fails with [`NotRecovered`](ActorError::NotRecovered), of which
    /// the actor is told.
    pub(super) async fn recover(
        create: impl FnOnce() -> A,
        persistence: Arc<Persistence>,
    ) -> Result<Self, Unrecovered> {
        let mut actor = caught(create).map_err(unrecovered)?;
        match Self::recovered(&mut actor, persistence).await {
            Ok((state, kept, claim)) => Ok(Self { actor, state, kept, claim: Some(claim) }),
            Err(error) => {
                let may_pass = error.may_pass();
                Err(Unrecovered { why: failed(&mut actor, error), may_pass })
            }
        }
    }

    async fn recovered(
        actor: &mut A,
        persistence: Arc<Persistence>,
    ) -> Result<(A::State, A::Kept, Claim), ActorError> {
        let claim = caught(|| actor.claim(&persistence))??;
        let mut kept = caught(|| actor.kept(claim.id().clone(), persistence))??;
        let state = kept.recover(actor).await?;
        Ok((state, kept, claim))
    }

    /// Gives the id back: the actor handles no more commands, and another one may be made before it
    /// is dropped.
    pub(super) fn end(&mut self) {
        self.claim = None;
    }

    /// Tells the actor that it is recovered, which comes before the first command; answers whether
    /// it goes on.
    pub(super) async fn begin(&mut self) -> Result<bool, Unrecovered> {
        let effect = match caught(|| self.actor.on_recovery_complete(&self.state)) {
            Ok(effect) => effect,
            Err(error) => return Err(failed(&mut self.actor, error).into()),
        };
        let stop = effect.stop;
        let Err(Failure { error, verdict }) = self.carry_out(effect).await else {
            return Ok(!stop);
        };
        let may_pass = !stop && matches!(verdict, Verdict::GoesOn) && error.may_pass();
        Err(Unrecovered { why: failed(&mut self.actor, error), may_pass })
    }

    /// Lets the actor decide what `command` leads to, and carries that out.
    pub(super) async fn handle(&mut self, command: A::Command) -> (Answered<A>, Next) {
        let (done, stop) = match caught(|| self.actor.handle(&self.state, command)) {
            Ok(effect) => {
                let stop = effect.stop;
                (self.carry_out(effect).await, stop)
            }
            Err(error) => (Err(Failure::new(error, Verdict::Failed)), false),
        };
        let (answer, next) = match done {
            Ok(answer) => (answer, Next::GoOn),
            Err(failure) => {
                let next = self.behind(&failure);
                (Err(failure.error.into()), next)
            }
        };
        match next {
            Next::GoOn | Next::Restart if stop => (answer, Next::Stop(ActorError::Stopped(None))),
            next => (answer, next),
        }
    }

    async fn carry_out(&mut self, effect: Effect<A>) -> Result<Answered<A>, Failure> {
        if let Some(error) = effect.rejection {
            return Ok(Err(AskError::Rejected(error)));
        }
        let stored = self.kept.store(&mut self.actor, &mut self.state, effect.change).await?;
        let reply = match effect.reply {
            Some(reply) => caught(|| reply.call(&self.state)).map(Ok),
            None => return Ok(Err(ActorError::Unanswered.behind(stored).into())),
        };
        reply.map_err(|error| Failure::new(error, Verdict::Failed).behind(stored))
    }

    fn behind(&self, failure: &Failure) -> Next {
        let policy = || caught(|| self.actor.failure_policy()).unwrap_or_default();
        match failure.verdict {
            Verdict::GoesOn => Next::GoOn,
            Verdict::Stops => stop(failure),
            Verdict::Failed | Verdict::Broken => match (policy(), failure.verdict) {
                (FailurePolicy::Resume, Verdict::Failed) => Next::GoOn,
                (FailurePolicy::Stop, _) => stop(failure),
                _ => Next::Restart,
            },
        }
    }
}

fn stop(failure: &Failure) -> Next {
    Next::Stop(ActorError::Stopped(Some(Arc::new(failure.error.clone()))))
}

/// What the hook panics with changes nothing.
fn failed<A: Kind>(actor: &mut A, error: ActorError) -> ActorError {
    drop(caught(|| actor.on_recovery_failure(&error)));
    unrecovered(error)
}

fn unrecovered(error: ActorError) -> ActorError {
    ActorError::NotRecovered(Arc::new(error))
}
