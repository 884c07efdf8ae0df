use std::{future::poll_fn, sync::Arc, task::Poll};

use super::{
    ActorError, AskError,
    caught::{caught_in, let_go},
    cell::{Addressed, Cell, Envelope, Resident},
    kind::Kind,
    life::{Answered, Next},
};

/// Commands behind which others of the executor have their turn.
const TURNS: u32 = 64;

/// One run of an actor, from having something to do to having nothing. Dropped before its end, by
/// an executor that shuts down, it stops the actor.
pub(super) struct Run<A: Kind> {
    cell: Arc<Cell<A>>,
    ended: bool,
}

impl<A: Kind> Run<A> {
    pub(super) fn new(cell: Arc<Cell<A>>) -> Self {
        Self { cell, ended: false }
    }

    /// Whatever panics here, be it a store, ends this actor alone, and not the executor.
    pub(super) async fn run(mut self, resident: Option<Resident<A>>) {
        match caught_in(self.work(resident)).await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => self.cell.give_up(why),
            Err(panicked) => self.cell.end(ActorError::Stopped(Some(Arc::new(panicked)))),
        }
        self.ended = true;
    }

    /// Handles commands until none waits; fails with why the actor is not recovered.
    async fn work(&self, resident: Option<Resident<A>>) -> Result<(), ActorError> {
        let resident = match resident {
            Some(resident) => resident,
            None => self.cell.recover().await?,
        };
        let mut taken = self.cell.next(resident);
        let mut turns = 0;
        while let Some((resident, envelope)) = taken {
            taken = self.handle(resident, envelope).await?;
            turns += 1;
            if turns % TURNS == 0 {
                give_way().await;
            }
        }
        Ok(())
    }

    /// Handles one command, and takes the next. Who is answered finds the actor at rest, or stopped
    /// and its name free.
    async fn handle(
        &self,
        mut resident: Resident<A>,
        Envelope { command, answer }: Envelope<A>,
    ) -> Result<Option<(Resident<A>, Envelope<A>)>, ActorError> {
        let (answered, next) = resident.life.handle(command).await;
        let tell = || match answer {
            Some(answer) => drop(answer.send(answered)),
            None => unheard::<A>(self.cell.name(), &answered),
        };
        match next {
            Next::GoOn => {
                let taken = self.cell.next(resident);
                tell();
                Ok(taken)
            }
            Next::Stop(why) => {
                let_go(resident);
                self.cell.end(why);
                tell();
                Ok(None)
            }
            Next::Restart => {
                let_go(resident);
                tell();
                Ok(self.cell.next(self.cell.recover().await?))
            }
        }
    }
}

impl<A: Kind> Drop for Run<A> {
    fn drop(&mut self) {
        if !self.ended {
            self.cell.end(ActorError::Stopped(None));
        }
    }
}

/// Reports the failure of a command whose answer nobody waits for.
fn unheard<A: Kind>(_name: &str, answered: &Answered<A>) {
    match answered {
        Err(AskError::Failed(_error)) if !matches!(_error, ActorError::Unanswered) => {
            warning!(actor = _name, error = %_error, "a command failed");
        }
        _ => {}
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
