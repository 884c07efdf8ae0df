//! Pseudo-random numbers, the same ones from the same seed.

// Each test file uses some of it.
#![allow(dead_code)]

/// [Splitmix64](https://doi.org/10.1145/2714064.2660195).
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to `sides`, which it never is.
    pub fn roll(&mut self, sides: usize) -> usize {
        (self.number() % sides.max(1) as u64) as usize
    }

    /// Dice of their own for each of several that roll at the same time.
    pub fn another(&mut self) -> Self {
        Self(self.number())
    }
}
