//! Cuts the power after any change of a history, and says what is found on the disk then.
//!
//! What was written is durable when its file is flushed. That a file is there is durable when a new
//! one is first flushed, and that it is gone when that was asked to be flushed: both are entries of
//! the directory, [as SQLite's VFS for Unix flushes it].
//!
//! [as SQLite's VFS for Unix flushes it]: https://www.sqlite.org/atomiccommit.html#_flushing_the_rollback_journal_file_to_mass_storage

use crate::{
    dice::Dice,
    faulty::{Change, Image, What},
};

/// What becomes of the changes that were not flushed.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    /// The process alone crashed: they are all there.
    Kept,
    /// None of them is there.
    Dropped,
    /// Each of them is there, is not, or is there in part: the beginning of a write, or some of
    /// its sectors.
    Torn(u64),
}

/// The smallest piece of a write that is there wholly or not at all, in bytes.
const SECTOR: usize = 512;

/// The disk while a history goes on.
#[derive(Default)]
pub struct Power<'a> {
    durable: Image,
    pending: Vec<&'a Change>,
}

impl<'a> Power<'a> {
    /// On a disk that holds these files.
    pub fn on(durable: Image) -> Self {
        Self { durable, pending: Vec::new() }
    }

    /// Goes one change further.
    pub fn advance(&mut self, change: &'a Change) {
        match change.what {
            What::Write { .. } | What::Resize(_) => self.pending.push(change),
            What::Create => {
                // A new file is another one than that of the same name which was there.
                self.flush(|pending| pending.file == change.file);
                self.pending.push(change);
            }
            What::Delete { flushed } => {
                self.pending.push(change);
                if flushed {
                    self.flush_directory();
                }
            }
            What::Sync => {
                if self.is_new(&change.file) {
                    self.flush_directory();
                }
                self.flush(|pending| pending.file == change.file && !is_entry(pending));
            }
        }
    }

    fn is_new(&self, file: &str) -> bool {
        let created = |pending: &&Change| matches!(pending.what, What::Create);
        self.pending.iter().copied().filter(created).any(|pending| pending.file == file)
    }

    /// What a file holds that is gone is of no interest any more.
    fn flush_directory(&mut self) {
        let gone = |change: &&Change| matches!(change.what, What::Delete { .. });
        let gone: Vec<_> = self.pending.iter().copied().filter(gone).map(|one| &one.file).collect();
        self.pending.retain(|change| is_entry(change) || !gone.contains(&&change.file));
        self.flush(is_entry);
    }

    fn flush(&mut self, of: impl Fn(&Change) -> bool) {
        let (flushed, pending): (Vec<_>, _) =
            self.pending.drain(..).partition(|pending| of(pending));
        self.pending = pending;
        flushed.iter().for_each(|flushed| apply(flushed, &mut self.durable));
    }

    /// How much was not flushed.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// What is found when the power comes back.
    pub fn cut(&self, fate: Fate) -> Image {
        let mut image = self.durable.clone();
        match fate {
            Fate::Dropped => {}
            Fate::Kept => self.pending.iter().for_each(|change| apply(change, &mut image)),
            Fate::Torn(seed) => {
                let mut dice = Dice(seed);
                self.pending.iter().for_each(|change| tear(change, &mut dice, &mut image));
            }
        }
        image
    }
}

/// Whether a change is one of the directory.
fn is_entry(change: &Change) -> bool {
    matches!(change.what, What::Create | What::Delete { .. })
}

/// Makes a change, where its file is there.
fn apply(change: &Change, image: &mut Image) {
    if is_entry(change) || image.contains_key(&change.file) {
        change.apply(image);
    }
}

fn tear(change: &Change, dice: &mut Dice, image: &mut Image) {
    match (&change.what, dice.roll(4)) {
        (_, 0) => {}
        (What::Write { at, bytes }, 2) => {
            let bytes = bytes[..dice.roll(bytes.len())].to_vec();
            apply(&Change { what: What::Write { at: *at, bytes }, ..change.clone() }, image);
        }
        (What::Write { at, bytes }, 3) => {
            for (at, sector) in sectors(*at, bytes).filter(|_| dice.roll(2) == 0) {
                let what = What::Write { at, bytes: sector.to_vec() };
                apply(&Change { file: change.file.clone(), what }, image);
            }
        }
        _ => apply(change, image),
    }
}

/// The pieces of a write by the sectors of the file.
fn sectors(at: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let first = (SECTOR - at % SECTOR).min(bytes.len());
    let (head, rest) = bytes.split_at(first);
    let rest = rest.chunks(SECTOR).enumerate();
    let rest = rest.map(move |(number, sector)| (at + first + number * SECTOR, sector));
    std::iter::once((at, head)).chain(rest)
}
