use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_channel::oneshot;

use super::{
    Actor, ActorError,
    caught::let_go,
    idle::{Active, Ticket},
    kind::Kind,
    life::{Answered, Life, Unrecovered},
    run::Run,
    system::Shared,
};
use crate::{
    lock::lock,
    platform::{MaybeSend, MaybeSync},
};

/// A command, and the way for its answer where somebody waits for it.
pub(super) struct Envelope<A: Actor> {
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

    /// Whether nobody has a ref to the actor, and it has nothing to do: nobody will miss it.
    fn is_left(&self) -> bool;
}

/// What refs do to an actor.
pub(super) trait Addressed<A: Actor>: Hosted {
    fn name(&self) -> &str;

    /// Takes a command, and sees to it that the actor runs.
    fn post(self: Arc<Self>, envelope: Envelope<A>) -> Result<(), ActorError>;

    /// There is a ref more.
    fn hold(&self);

    /// There is a ref less. Without one nobody can give the actor anything to do: its state goes.
    fn release(&self);
}

/// An actor in memory.
pub(super) struct Resident<A: Kind> {
    pub(super) life: Life<A>,
    _active: Active,
}

/// An actor's place in its system: its commands, and whether it lives.
pub(super) struct Cell<A: Kind> {
    name: Arc<str>,
    create: Box<dyn Create<A>>,
    system: Arc<Shared>,
    itself: Weak<Self>,
    refs: AtomicUsize,
    inbox: Mutex<Inbox<A>>,
}

struct Inbox<A: Kind> {
    commands: VecDeque<Envelope<A>>,
    phase: Phase<A>,
    /// Why no more commands are taken, once the actor is to stop.
    closing: Option<ActorError>,
    waiting_for_stop: Vec<oneshot::Sender<()>>,
}

enum Phase<A: Kind> {
    /// A future runs it, and holds what lives of it.
    Running,
    Resting(Resident<A>, Ticket),
    Passivated,
    Stopped(ActorError),
}

impl<A: Kind> Cell<A> {
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
            refs: AtomicUsize::new(0),
            inbox: Mutex::new(Inbox {
                commands: VecDeque::new(),
                phase: Phase::Running,
                closing: None,
                waiting_for_stop: Vec::new(),
            }),
        })
    }

    /// Gives the executor what the actor has to do. Without a resident it recovers first.
    pub(super) fn run(self: Arc<Self>, resident: Option<Resident<A>>) {
        let spawner = self.system.spawner.clone();
        spawner.spawn(Box::pin(Run::new(self, resident).run()));
    }

    /// Recovers the actor, unless it is to stop and no command waits for it.
    pub(super) async fn recover(&self) -> Result<Resident<A>, Unrecovered> {
        let permit = self.system.recoveries.enter().await;
        self.lock().is_wanted()?;
        let active = self.system.idle.admit();
        let create = || self.create.create();
        // Boxed, as thousands may wait for a permit, and need this room behind it alone.
        let life = Box::pin(Life::recover(create, self.system.persistence.clone())).await?;
        drop(permit);
        let mut resident = Resident { life, _active: active };
        match Box::pin(resident.life.begin()).await? {
            true => Ok(resident),
            false => Err(ActorError::Stopped(None).into()),
        }
    }

    /// The next command; without one the actor comes to rest, or stops if it is to.
    pub(super) fn next(&self, resident: Resident<A>) -> Option<(Resident<A>, Envelope<A>)> {
        let mut inbox = self.lock();
        if let Some(envelope) = inbox.commands.pop_front() {
            return Some((resident, envelope));
        }
        if let Some(why) = inbox.closing.clone() {
            drop(inbox);
            let_go(resident);
            self.end(why);
            return None;
        }
        if self.refs.load(Ordering::Acquire) == 0 {
            empty(inbox, resident);
        } else {
            let ticket = self.system.idle.rest(self.itself.clone());
            inbox.phase = Phase::Resting(resident, ticket);
        }
        None
    }

    /// Lets go of an actor at rest, if it is the rest that is meant.
    fn put_to_sleep(&self, is_meant: impl FnOnce(Ticket) -> bool) {
        let mut inbox = self.lock();
        match mem::replace(&mut inbox.phase, Phase::Passivated) {
            Phase::Resting(resident, ticket) if is_meant(ticket) => {
                self.system.idle.rise(ticket);
                empty(inbox, resident);
            }
            phase => inbox.phase = phase,
        }
    }

    /// Passivates others where there are too many.
    pub(super) fn trim(&self) {
        self.system.idle.trim();
    }

    /// Without a resident: commands that wait are answered with why, and the next one tries again
    /// where that may pass. Else the actor stops, or where it is to.
    pub(super) fn give_up(&self, Unrecovered { why, may_pass }: Unrecovered) {
        let mut inbox = self.lock();
        if inbox.closing.is_some() || !may_pass {
            drop(inbox);
            return self.end(why);
        }
        let commands = mem::take(&mut inbox.commands);
        inbox.phase = Phase::Passivated;
        drop(inbox);
        refuse(commands, &why);
    }

    /// Stops at once: commands that wait are answered with `why`.
    pub(super) fn end(&self, why: ActorError) {
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
        if let Phase::Resting(resident, ticket) = phase {
            self.system.idle.rise(ticket);
            let_go(resident);
        }
        self.system.forget(&self.name, &self.itself);
    }

    fn lock(&self) -> MutexGuard<'_, Inbox<A>> {
        lock(&self.inbox)
    }
}

/// Lets go of what lives of an actor. Its id is free before anybody can ask for it again.
fn empty<A: Kind>(mut inbox: MutexGuard<'_, Inbox<A>>, mut resident: Resident<A>) {
    resident.life.end();
    inbox.phase = Phase::Passivated;
    inbox.commands = VecDeque::new();
    drop(inbox);
    let_go(resident);
}

fn refuse<A: Actor>(commands: VecDeque<Envelope<A>>, why: &ActorError) {
    for Envelope { command, answer } in commands {
        let_go(command);
        drop(answer.map(|answer| answer.send(Err(why.clone().into()))));
    }
}

impl<A: Kind> Drop for Cell<A> {
    fn drop(&mut self) {
        let phase = mem::replace(&mut self.lock().phase, Phase::Passivated);
        self.leave(phase);
    }
}

impl<A: Kind> Hosted for Cell<A> {
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
        self.put_to_sleep(|resting| resting == ticket);
    }

    fn is_left(&self) -> bool {
        self.refs.load(Ordering::Acquire) == 0 && !matches!(self.lock().phase, Phase::Running)
    }
}

impl<A: Kind> Addressed<A> for Cell<A> {
    fn name(&self) -> &str {
        &self.name
    }

    fn post(self: Arc<Self>, envelope: Envelope<A>) -> Result<(), ActorError> {
        let mut inbox = self.lock();
        inbox.has_room(self.system.mailbox)?;
        inbox.commands.push_back(envelope);
        let resident = match mem::replace(&mut inbox.phase, Phase::Running) {
            Phase::Resting(resident, ticket) => {
                self.system.idle.rise(ticket);
                Some(resident)
            }
            Phase::Passivated => None,
            other => {
                inbox.phase = other;
                return Ok(());
            }
        };
        drop(inbox);
        self.run(resident);
        Ok(())
    }

    fn hold(&self) {
        self.refs.fetch_add(1, Ordering::Relaxed);
    }

    fn release(&self) {
        if self.refs.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.put_to_sleep(|_| self.refs.load(Ordering::Acquire) == 0);
        }
    }
}

impl<A: Kind> Inbox<A> {
    fn has_room(&self, most: usize) -> Result<(), ActorError> {
        match (&self.phase, &self.closing) {
            (Phase::Stopped(why), _) | (_, Some(why)) => Err(why.clone()),
            _ if self.commands.len() >= most => Err(ActorError::MailboxFull),
            _ => Ok(()),
        }
    }

    /// Whether the actor has something to do yet; fails with why not.
    fn is_wanted(&self) -> Result<(), ActorError> {
        match &self.closing {
            Some(why) if self.commands.is_empty() => Err(why.clone()),
            _ => Ok(()),
        }
    }
}
