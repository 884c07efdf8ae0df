use std::{future::poll_fn, mem, sync::Arc, task::Poll};

use super::{
    ActorError, AskError,
    caught::{caught, caught_in, let_go},
    cell::{Addressed, Cell, Envelope, Resident},
    kind::Kind,
    life::{Answered, Next, Unrecovered},
};

/// Commands behind which others of the executor have their turn.
const TURNS: u32 = 64;

/// One run of an actor, from having something to do to having nothing. Dropped before its end, by
/// an executor that shuts down, it stops the actor.
pub(super) struct Run<A: Kind> {
    cell: Arc<Cell<A>>,
    resident: Option<Resident<A>>,
    ended: bool,
}

impl<A: Kind> Run<A> {
    /// Without a resident the actor recovers first.
    pub(super) fn new(cell: Arc<Cell<A>>, resident: Option<Resident<A>>) -> Self {
        Self { cell, resident, ended: false }
    }

    /// Whatever panics here, be it a store, ends this actor alone, and not the executor.
    pub(super) async fn run(mut self) {
        let done = caught_in(self.work()).await;
        let_go(self.resident.take());
        // Another run may have the actor by now.
        if !mem::replace(&mut self.ended, true) {
            match done {
                Ok(Ok(())) => {}
                Ok(Err(unrecovered)) => self.cell.give_up(unrecovered),
                Err(panicked) => self.cell.end(ActorError::Stopped(Some(Arc::new(panicked)))),
            }
        }
        self.cell.trim();
    }

    /// Handles commands until none waits; fails with why the actor is not recovered.
    async fn work(&mut self) -> Result<(), Unrecovered> {
        if self.resident.is_none() {
            self.recover().await?;
        }
        let mut taken = self.next();
        let mut turns = 0;
        while let Some(envelope) = taken {
            taken = self.handle(envelope).await?;
            turns += 1;
            if turns % TURNS == 0 {
                give_way().await;
            }
        }
        Ok(())
    }

    async fn recover(&mut self) -> Result<(), Unrecovered> {
        self.resident = Some(self.cell.recover().await?);
        Ok(())
    }

    /// The next command; without one the actor is at rest, or stopped.
    fn next(&mut self) -> Option<Envelope<A>> {
        let next = self.cell.next(self.resident.take()?);
        self.ended = next.is_none();
        let (resident, envelope) = next?;
        self.resident = Some(resident);
        Some(envelope)
    }

    /// Handles one command, and takes the next. Who is answered finds the actor at rest, or stopped
    /// and its name free.
    async fn handle(
        &mut self,
        Envelope { command, answer }: Envelope<A>,
    ) -> Result<Option<Envelope<A>>, Unrecovered> {
        let Some(resident) = &mut self.resident else { return Ok(None) };
        // What it needs has its room as long as it takes: thousands may wait to be recovered.
        let (answered, next) = Box::pin(resident.life.handle(command)).await;
        if answer.is_none() {
            unheard::<A>(self.cell.name(), &answered);
        }
        let tell = || drop(caught(|| drop(answer.map(|answer| answer.send(answered)))));
        match next {
            Next::GoOn => {
                let taken = self.next();
                tell();
                Ok(taken)
            }
            Next::Stop(why) => {
                let_go(self.resident.take());
                self.cell.end(why);
                tell();
                Ok(None)
            }
            Next::Restart => {
                let_go(self.resident.take());
                tell();
                self.recover().await?;
                Ok(self.next())
            }
        }
    }
}

impl<A: Kind> Drop for Run<A> {
    fn drop(&mut self) {
        if !self.ended {
            let_go(self.resident.take());
            self.cell.end(ActorError::Stopped(None));
        }
    }
}

/// Reports the failure of a command whose answer nobody waits for.
fn unheard<A: Kind>(_name: &str, answered: &Answered<A>) {
    let Err(AskError::Failed(error)) = answered else { return };
    let is_unanswered = match error {
        ActorError::Stored(cause) => matches!(**cause, ActorError::Unanswered),
        error => matches!(error, ActorError::Unanswered),
    };
    if !is_unanswered {
        warning!(actor = _name, %error, "a command failed");
    }
}

/// Lets whatever else the executor has to do go first.
async fn give_way() {
    let mut given = false;
    poll_fn(|context| {
        if given {
            return Poll::Ready(());
        }
        given = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
