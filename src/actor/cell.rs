use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, MutexGuard, Weak},
};

use futures_channel::oneshot;

use super::{
    ActorError, PersistentActor,
    idle::Ticket,
    life::{Answered, Life, Next},
    system::Shared,
};
use crate::{
    lock::lock,
    platform::{MaybeSend, MaybeSync},
};

/// A command, and the way for its answer where somebody waits for it.
pub(super) struct Envelope<A: PersistentActor> {
    pub(super) command: A::Command,
    pub(super) answer: Option<oneshot::Sender<Answered<A>>>,
}

/// Makes an actor: at first, and again for each recovery.
pub(super) trait Create<A>: MaybeSend + MaybeSync {
    fn create(&self) -> A;
}

impl<A, F: Fn() -> A + MaybeSend + MaybeSync> Create<A> for F {
    fn create(&self) -> A {
        self()
    }
}

/// What a system does to an actor of whatever kind.
pub(super) trait Hosted: MaybeSend + MaybeSync {
    /// Stops the actor behind the commands that it has taken; answers when it has stopped.
    fn stop(&self, why: ActorError) -> oneshot::Receiver<()>;

    /// Lets go of the actor's state, if it is still in the rest that `ticket` names.
    fn passivate(&self, ticket: Ticket);
}

/// An actor's place in its system: its commands, and whether it lives.
pub(super) struct Cell<A: PersistentActor> {
    name: Arc<str>,
    create: Box<dyn Create<A>>,
    system: Arc<Shared>,
    itself: Weak<Self>,
    inbox: Mutex<Inbox<A>>,
}

struct Inbox<A: PersistentActor> {
    commands: VecDeque<Envelope<A>>,
    phase: Phase<A>,
    /// Why no more commands are taken, once the actor is to stop.
    closing: Option<ActorError>,
    waiting_for_stop: Vec<oneshot::Sender<()>>,
}

enum Phase<A: PersistentActor> {
    /// A future runs it, and holds what lives of it.
    Running,
    Resting(Life<A>, Ticket),
    Passivated,
    Stopped(ActorError),
}

impl<A: PersistentActor> Cell<A> {
    /// A place whose actor is to be [`run`](Self::run).
    pub(super) fn new(
        name: Arc<str>,
        create: Box<dyn Create<A>>,
        system: Arc<Shared>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|itself| Self {
            name,
            create,
            system,
            itself: itself.clone(),
            inbox: Mutex::new(Inbox {
                commands: VecDeque::new(),
                phase: Phase::Running,
                closing: None,
                waiting_for_stop: Vec::new(),
            }),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Takes a command, and sees to it that the actor runs.
    pub(super) fn post(self: &Arc<Self>, envelope: Envelope<A>) -> Result<(), ActorError> {
        let mut inbox = self.lock();
        inbox.has_room(self.system.mailbox)?;
        inbox.commands.push_back(envelope);
        let life = match mem::replace(&mut inbox.phase, Phase::Running) {
            Phase::Resting(life, ticket) => {
                self.system.idle.rise(ticket);
                Some(life)
            }
            Phase::Passivated => None,
            other => {
                inbox.phase = other;
                return Ok(());
            }
        };
        drop(inbox);
        self.run(life);
        Ok(())
    }

    /// Gives the executor what the actor has to do. Without a life it recovers first.
    pub(super) fn run(self: &Arc<Self>, life: Option<Life<A>>) {
        let run = Run { cell: self.clone(), ended: false };
        self.system.spawner.spawn(Box::pin(run.run(life)));
    }

    async fn recover(&self) -> Result<Life<A>, ActorError> {
        let _permit = self.system.recoveries.enter().await;
        let active = self.system.idle.admit();
        Life::begin(|| self.create.create(), self.system.persistence.clone(), active).await
    }

    /// The next command; without one the actor comes to rest, or stops if it is to.
    fn next(&self, life: Life<A>) -> Option<(Life<A>, Envelope<A>)> {
        let mut inbox = self.lock();
        if let Some(envelope) = inbox.commands.pop_front() {
            return Some((life, envelope));
        }
        if let Some(why) = inbox.closing.clone() {
            drop(inbox);
            self.end(why);
            return None;
        }
        let ticket = self.system.idle.rest(self.itself.clone());
        inbox.phase = Phase::Resting(life, ticket);
        drop(inbox);
        self.system.idle.trim();
        None
    }

    /// Without a life: commands that wait are answered with `why`, and the next one tries again where
    /// that may pass. Else the actor stops, or where it is to.
    fn give_up(&self, why: ActorError) {
        let mut inbox = self.lock();
        if inbox.closing.is_some() || !why.may_pass() {
            drop(inbox);
            return self.end(why);
        }
        let commands = mem::take(&mut inbox.commands);
        inbox.phase = Phase::Passivated;
        drop(inbox);
        refuse(commands, &why);
    }

    /// Stops at once: commands that wait are answered with `why`.
    fn end(&self, why: ActorError) {
        self.close(self.lock(), why);
    }

    /// The same without letting anybody in between.
    fn close(&self, mut inbox: MutexGuard<'_, Inbox<A>>, why: ActorError) {
        let commands = mem::take(&mut inbox.commands);
        let waiting = mem::take(&mut inbox.waiting_for_stop);
        let phase = mem::replace(&mut inbox.phase, Phase::Stopped(why.clone()));
        drop(inbox);
        self.leave(phase);
        refuse(commands, &why);
        for stopped in waiting {
            // Who has gone away need not know.
            let _ = stopped.send(());
        }
    }

    /// Takes the actor off the system's lists, and lets go of it.
    fn leave(&self, phase: Phase<A>) {
        if let Phase::Resting(_, ticket) = phase {
            self.system.idle.rise(ticket);
        }
        self.system.forget(&self.name, &self.itself);
    }

    fn lock(&self) -> MutexGuard<'_, Inbox<A>> {
        lock(&self.inbox)
    }
}

fn refuse<A: PersistentActor>(commands: VecDeque<Envelope<A>>, why: &ActorError) {
    for answer in commands.into_iter().filter_map(|envelope| envelope.answer) {
        drop(answer.send(Err(why.clone().into())));
    }
}

impl<A: PersistentActor> Drop for Cell<A> {
    fn drop(&mut self) {
        let phase = mem::replace(&mut self.lock().phase, Phase::Passivated);
        self.leave(phase);
    }
}

impl<A: PersistentActor> Hosted for Cell<A> {
    fn stop(&self, why: ActorError) -> oneshot::Receiver<()> {
        let (stopped, stops) = oneshot::channel();
        let mut inbox = self.lock();
        match inbox.phase {
            // The sender is dropped, which answers as well.
            Phase::Stopped(_) => return stops,
            Phase::Running => {
                inbox.waiting_for_stop.push(stopped);
                inbox.closing.get_or_insert(why);
            }
            Phase::Resting(..) | Phase::Passivated => self.close(inbox, why),
        }
        stops
    }

    fn passivate(&self, ticket: Ticket) {
        let mut inbox = self.lock();
        if matches!(inbox.phase, Phase::Resting(_, resting) if resting == ticket) {
            let life = mem::replace(&mut inbox.phase, Phase::Passivated);
            inbox.commands = VecDeque::new();
            drop(inbox);
            drop(life);
        }
    }
}

impl<A: PersistentActor> Inbox<A> {
    fn has_room(&self, most: usize) -> Result<(), ActorError> {
        match (&self.phase, &self.closing) {
            (Phase::Stopped(why), _) | (_, Some(why)) => Err(why.clone()),
            _ if self.commands.len() >= most => Err(ActorError::MailboxFull),
            _ => Ok(()),
        }
    }
}

/// One run of an actor, from having something to do to having nothing. Dropped before its end, by
/// an executor that shuts down, it stops the actor.
struct Run<A: PersistentActor> {
    cell: Arc<Cell<A>>,
    ended: bool,
}

impl<A: PersistentActor> Run<A> {
    async fn run(mut self, life: Option<Life<A>>) {
        if let Err(why) = self.work(life).await {
            self.cell.give_up(why);
        }
        self.ended = true;
    }

    /// Handles commands until none waits; fails with why the actor is not recovered.
    async fn work(&mut self, life: Option<Life<A>>) -> Result<(), ActorError> {
        let life = match life {
            Some(life) => life,
            None => self.cell.recover().await?,
        };
        let mut taken = self.cell.next(life);
        while let Some((mut life, Envelope { command, answer })) = taken {
            let (answered, next) = life.handle(command).await;
            let tell = || answer.map(|answer| drop(answer.send(answered)));
            // Who is answered finds the actor at rest, or stopped and its name free.
            taken = match next {
                Next::GoOn => {
                    let taken = self.cell.next(life);
                    tell();
                    taken
                }
                Next::Stop(why) => {
                    self.cell.end(why);
                    tell();
                    None
                }
                Next::Restart => {
                    drop(life);
                    tell();
                    self.cell.next(self.cell.recover().await?)
                }
            };
        }
        Ok(())
    }
}

impl<A: PersistentActor> Drop for Run<A> {
    fn drop(&mut self) {
        if !self.ended {
            self.cell.end(ActorError::Stopped(None));
        }
    }
}
