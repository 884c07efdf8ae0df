//! A program that writes is killed again and again, and each time all that it has told is looked for.

pub mod ledger;
pub mod lines;
pub mod writer;

use std::{env, hint, process::ExitStatus};

use pollster::block_on;
use tempfile::TempDir;

use crate::dice::Dice;
use ledger::Ledger;
use lines::Lines;
use writer::Orders;

/// How often the writer is killed in each test, unless the environment says otherwise.
const KILLS: usize = 100;

/// After so many kills the next writer begins with no file.
const KILLS_OF_A_FILE: usize = 25;

/// The most lines that are read before the writer is killed.
const MOST_LINES: usize = 120;

/// The most turns that are spun after the last of these lines: a few milliseconds, in which the
/// writer goes on.
const MOST_TURNS: usize = 60_000;

/// Kills writers at random moments. Called by the test `name`, in which this program becomes the
/// writer when it is started with orders.
pub fn kill_again_and_again(name: &str, wal: bool) {
    if let Some(orders) = Orders::given() {
        writer::write(&orders);
    }
    let kills = number("ACTOR_JOURNAL_KILLS").map_or(KILLS, |kills| kills as usize);
    let seed = number("ACTOR_JOURNAL_SEED").unwrap_or_else(random);
    println!("ACTOR_JOURNAL_SEED={seed} repeats the choices of this run");
    let mut dice = Dice(seed);
    for begin in (0..kills).step_by(KILLS_OF_A_FILE) {
        let kills = KILLS_OF_A_FILE.min(kills - begin);
        let mut file = File::new(wal, &mut dice);
        (0..kills).for_each(|kill| file.kill(name, kill, &mut dice));
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().unwrap())
}

fn random() -> u64 {
    let bytes = *actor_journal::AppendToken::random().as_bytes();
    u64::from_le_bytes(bytes[..8].try_into().unwrap())
}

/// A file that one writer after the other goes on with.
struct File {
    directory: TempDir,
    wal: bool,
    flushes: bool,
    ledger: Ledger,
}

impl File {
    /// Flushed by turns: a crash of the process takes nothing in either case.
    fn new(wal: bool, dice: &mut Dice) -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { directory, wal, flushes: dice.roll(2) == 0, ledger: Ledger::default() }
    }

    /// Starts a writer, kills it and looks for what it has told.
    fn kill(&mut self, test: &str, kill: usize, dice: &mut Dice) {
        let (lines, turns) = moment(dice);
        let mut writer = self.orders(dice).start(test);
        let mut told = Lines::of(writer.stdout.take().unwrap());
        told.by_ref().take(lines).for_each(|line| self.ledger.hear(&line));
        (0..turns).for_each(|_| hint::spin_loop());
        writer.kill().unwrap();
        told.for_each(|line| self.ledger.hear(&line));
        let end = writer.wait().unwrap();
        assert!(was_killed(end), "the writer ended by itself: {end}");
        let orders = self.orders(dice);
        block_on(self.ledger.check(&orders));
        if kill.is_multiple_of(5) {
            crate::tables::check(&rusqlite::Connection::open(&orders.path).unwrap());
        }
    }

    fn orders(&self, dice: &mut Dice) -> Orders {
        let path = self.directory.path().join("events.db").to_str().unwrap().into();
        Orders { path, wal: self.wal, flushes: self.flushes, seed: dice.number() }
    }
}

/// How many lines are read and how many turns spun: sometimes none, so that the writer is killed
/// while it starts or opens its file.
fn moment(dice: &mut Dice) -> (usize, usize) {
    match dice.roll(6) {
        0 => (0, dice.roll(10 * MOST_TURNS)),
        1 => (1 + dice.roll(4), dice.roll(MOST_TURNS)),
        _ => (dice.roll(MOST_LINES), dice.roll(MOST_TURNS)),
    }
}

#[cfg(unix)]
fn was_killed(end: ExitStatus) -> bool {
    const SIGKILL: i32 = 9;
    std::os::unix::process::ExitStatusExt::signal(&end) == Some(SIGKILL)
}

#[cfg(not(unix))]
fn was_killed(end: ExitStatus) -> bool {
    !end.success()
}
