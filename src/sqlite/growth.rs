//! Who waits for events that somebody appends.

use std::{
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicI64,
            Ordering::{AcqRel, Release},
        },
    },
    time::Duration,
};

use event_listener::{Event, EventListener};
use futures_util::lock::Mutex as AsyncMutex;
use rusqlite::Connection;

use crate::{
    error::Result,
    journal::NOTICED_MS,
    platform::Clock,
    writer::{self, Queue},
};

/// Tells those who wait that events may have been appended to a database, or that a handle on it was
/// closed.
#[derive(Default)]
pub(crate) struct Growth {
    told: Event,
    /// Looks whether other processes have written. Started by the first who waits, where others can.
    lookout: AsyncMutex<Option<Clock>>,
}

impl Growth {
    /// Resolves when it is told the next time.
    pub(super) fn next(&self) -> EventListener {
        self.told.listen()
    }

    /// Wakes all who wait.
    pub(super) fn tell(&self) {
        self.told.notify(usize::MAX);
    }

    /// From now on what others write through connections of theirs is told as well.
    pub(super) async fn look_out(self: &Arc<Self>, writer: &Arc<Queue>) -> Result<()> {
        let mut lookout = self.lookout.lock().await;
        if lookout.is_some() {
            return Ok(());
        }
        let (version, answer) = writer::read(data_version);
        writer.run(version);
        let seen = Arc::new(AtomicI64::new(answer.await?));
        let (growth, writer) = (Arc::downgrade(self), Arc::downgrade(writer));
        let is_asked = Arc::new(AtomicBool::new(false));
        let look = move || {
            let (Some(growth), Some(writer)) = (growth.upgrade(), writer.upgrade()) else { return };
            if growth.told.total_listeners() == 0 || is_asked.swap(true, AcqRel) {
                return;
            }
            let (seen, is_asked) = (seen.clone(), is_asked.clone());
            writer.run(Box::new(move |connection| {
                is_asked.store(false, Release);
                // One that cannot be read now is read the next time.
                let Ok(version) = data_version(connection) else { return };
                if seen.swap(version, AcqRel) != version {
                    growth.tell();
                }
            }));
        };
        *lookout = Some(Clock::start(Duration::from_millis(NOTICED_MS), look)?);
        Ok(())
    }
}

/// Differs from the last one where [another connection has committed] since.
///
/// [another connection has committed]: https://www.sqlite.org/pragma.html#pragma_data_version
fn data_version(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
}
