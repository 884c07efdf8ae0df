//! Cuts the power after any change of a history, and says what is found on the disk then.

use super::{Change, Image, What};

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
            What::Create => change.apply(&mut self.durable),
            What::Delete => {
                change.apply(&mut self.durable);
                self.pending.retain(|pending| pending.file != change.file);
            }
            What::Sync => {
                let (flushed, pending) =
                    self.pending.drain(..).partition(|pending| pending.file == change.file);
                self.pending = pending;
                let flushed: Vec<_> = flushed;
                flushed.iter().for_each(|flushed| flushed.apply(&mut self.durable));
            }
        }
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
            Fate::Kept => self.pending.iter().for_each(|change| change.apply(&mut image)),
            Fate::Torn(seed) => {
                let mut dice = Dice(seed);
                self.pending.iter().for_each(|change| tear(change, &mut dice, &mut image));
            }
        }
        image
    }
}

fn tear(change: &Change, dice: &mut Dice, image: &mut Image) {
    match (&change.what, dice.roll(4)) {
        (_, 0) => {}
        (_, 1) | (What::Resize(_), _) => change.apply(image),
        (What::Write { at, bytes }, 2) => {
            let bytes = bytes[..dice.roll(bytes.len())].to_vec();
            Change { what: What::Write { at: *at, bytes }, ..change.clone() }.apply(image);
        }
        (What::Write { at, bytes }, _) => {
            for (at, sector) in sectors(*at, bytes).filter(|_| dice.roll(2) == 0) {
                let what = What::Write { at, bytes: sector.to_vec() };
                Change { file: change.file.clone(), what }.apply(image);
            }
        }
        _ => unreachable!("only writes and resizes wait to be flushed"),
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

/// Splitmix64: the same numbers from the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides.max(1) as u64) as usize
    }
}
