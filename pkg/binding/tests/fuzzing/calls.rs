//! Calls of the bindings with arguments as any page may send them, read from bytes.

use std::future::Future;

use actor_journal::{Error, Result};
use actor_journal_binding::{
    DurableStatesHandle, Filter, JournalHandle, Manifest, OpenOptions, Projection, SkippedEvent,
    SnapshotBounds, SnapshotsHandle,
};

/// Whatever is called, each call is answered or refused with an error that tells what is wrong with
/// it.
pub fn call(bytes: &[u8]) {
    let mut script = Script(bytes);
    pollster::block_on(async {
        let journal = told(JournalHandle::open(script.options()).await);
        let snapshots = told(SnapshotsHandle::open(script.options()).await);
        let states = told(DurableStatesHandle::open(script.options()).await);
        for _ in 0..16 {
            if let Some(journal) = &journal {
                call_journal(journal, &mut script).await;
                call_projection(journal, &mut script).await;
            }
            if let Some(snapshots) = &snapshots {
                call_snapshots(snapshots, &mut script).await;
            }
            if let Some(states) = &states {
                call_states(states, &mut script).await;
            }
        }
    });
}

async fn call_journal(journal: &JournalHandle, script: &mut Script<'_>) {
    let id = script.text();
    match script.byte() % 9 {
        0 | 1 => answer(journal.append(script.piece())).await,
        2 => {
            let (from, to, limit) = (script.number(), script.number(), script.number());
            answer(journal.replay_page(&id, from, to, limit, script.flag())).await;
        }
        3 => {
            let (after, until, limit) = (script.number(), script.number(), script.number());
            answer(journal.events_page(script.filter(), after, until, limit)).await;
        }
        4 => answer(journal.highest_seq(&id)).await,
        5 => answer(journal.delete(&id, script.number())).await,
        6 => answer(journal.raise_compaction_mark(&id, script.number())).await,
        7 => {
            let after = script.flag().then_some(&*id);
            answer(journal.persistence_ids(after, script.number())).await;
        }
        _ if script.byte() == 0 => answer(journal.close()).await,
        _ => {}
    }
}

async fn call_projection(journal: &JournalHandle, script: &mut Script<'_>) {
    let projection = Projection { name: "p".into(), tables: vec!["t".into()] };
    let (build, position) = (script.number(), script.number());
    match script.byte() % 8 {
        0 | 1 => {
            let create = if script.flag() { script.text() } else { "CREATE TABLE {t} (a)".into() };
            answer(journal.begin_projection(projection, create, script.flag())).await;
        }
        2 => {
            let end = script.number();
            answer(journal.apply_changes(projection, build, position, end, script.piece())).await;
        }
        3 => {
            let event = SkippedEvent {
                persistence_id: script.text(),
                sequence_nr: script.number(),
                position: script.number(),
                error: script.text(),
                timestamp: script.number(),
            };
            answer(journal.skip_event(projection, build, position, event)).await;
        }
        4 => answer(journal.swap_projection(projection, build)).await,
        5 => {
            let (sql, build) = (script.text(), script.optional());
            answer(journal.query_projection(projection, build, sql, script.piece())).await;
        }
        6 => answer(journal.skipped_events(projection, position, build)).await,
        _ => {}
    }
}

async fn call_snapshots(snapshots: &SnapshotsHandle, script: &mut Script<'_>) {
    let (id, seq) = (script.text(), script.number());
    match script.byte() % 4 {
        0 => {
            let manifest = script.manifest();
            answer(snapshots.save(&id, seq, script.piece(), manifest)).await;
        }
        1 => {
            let (manifest, table) = (script.manifest(), script.text());
            let state = script.piece();
            answer(snapshots.save_and_compact(&id, seq, state, manifest, &table)).await;
        }
        2 => {
            let bounds = SnapshotBounds {
                min_seq: script.optional(),
                max_seq: script.optional(),
                min_timestamp: script.optional(),
                max_timestamp: script.optional(),
            };
            answer(snapshots.load(&id, bounds)).await;
        }
        _ => answer(snapshots.delete(&id, seq)).await,
    }
}

async fn call_states(states: &DurableStatesHandle, script: &mut Script<'_>) {
    let id = script.text();
    if script.flag() {
        answer(states.load(&id)).await;
        return;
    }
    let (revision, manifest, deletes) = (script.number(), script.manifest(), script.flag());
    let (state, token) = (script.piece(), script.piece());
    let state = (!deletes).then_some(state);
    answer(states.change(&id, revision, state, manifest, token)).await;
}

async fn answer<T>(call: impl Future<Output = Result<T>>) {
    told(call.await);
}

/// No call may be refused because of what went wrong inside.
fn told<T>(outcome: Result<T>) -> Option<T> {
    let wrong = |error: &Error| ["internal", "lost", "poisoned", "io"].contains(&error.code());
    if let Err(error) = &outcome {
        assert!(!wrong(error), "{error}");
        assert!(error.to_json().starts_with("{\"code\":"));
    }
    outcome.ok()
}

/// Bytes from which arguments are read; behind their end all are zero and empty.
struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// As many bytes as the next two say.
    fn piece(&mut self) -> &'a [u8] {
        let length = usize::from(u16::from_le_bytes([self.byte(), self.byte()]));
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        piece
    }

    fn text(&mut self) -> String {
        match self.byte() {
            0..128 => "a".into(),
            128..192 => "events".into(),
            length => {
                let (text, rest) = self.0.split_at(usize::from(length - 192).min(self.0.len()));
                self.0 = rest;
                String::from_utf8_lossy(text).into()
            }
        }
    }

    /// Mostly a small whole one.
    fn number(&mut self) -> f64 {
        match self.byte() {
            small @ 0..128 => f64::from(small % 8),
            128..160 => 9_007_199_254_740_991.0,
            160..176 => f64::NAN,
            _ => {
                let bytes: Vec<u8> = (0..8).map(|_| self.byte()).collect();
                f64::from_le_bytes(bytes.try_into().expect("8 bytes"))
            }
        }
    }

    fn optional(&mut self) -> Option<f64> {
        self.flag().then(|| self.number())
    }

    fn filter(&mut self) -> Filter {
        let mut tags = || (0..self.byte() % 3).map(|_| self.text()).collect();
        Filter { all: tags(), any: tags(), not: tags() }
    }

    fn manifest(&mut self) -> Manifest {
        let manifest = self.flag().then(|| self.text());
        Manifest { manifest, version: self.optional() }
    }

    /// In memory, or nowhere.
    fn options(&mut self) -> OpenOptions {
        let path = [":memory:", ":memory:", ":memory:", ":memory:", "", "a\0b"];
        OpenOptions {
            path: path[usize::from(self.byte()) % path.len()].into(),
            table: self.flag().then(|| self.text()),
            wal: self.flag().then(|| self.flag()),
            read_only: self.flag().then(|| self.flag()),
            keep_n: self.optional(),
            busy_timeout_ms: self.optional(),
            checkpoint_pages: self.optional(),
            synchronous: self
                .flag()
                .then(|| if self.flag() { "normal".into() } else { self.text() }),
        }
    }
}
