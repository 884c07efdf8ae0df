//! Gives a target the inputs that are stored for it and many that are made of them. `cargo fuzz` finds
//! inputs by itself (see `fuzz/`); this runs in every test.

use std::{
    env, fs,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::dice::Dice;

/// The longest that is made, in bytes: as `cargo fuzz` has it for inputs that are no longer.
const LONGEST: usize = 64 * 1024;

/// Panics of any thread: a journal has threads of its own.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Runs `body` on each stored input of `target` and on so many `made` of them, always the same ones,
/// unless `ACTOR_JOURNAL_FUZZ` says how many.
pub fn run(target: &str, made: usize, body: fn(&[u8])) {
    count_panics();
    let stored = stored(target);
    stored.iter().for_each(|input| survive(input, body));
    let made = env::var("ACTOR_JOURNAL_FUZZ").map_or(made, |made| made.parse().unwrap());
    let mut dice = Dice(1);
    for _ in 0..made {
        survive(&make(&stored, &mut dice), body);
    }
}

fn count_panics() {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        told(panic);
    }));
}

/// What is found is kept, so that it can be stored.
fn survive(input: &[u8], body: fn(&[u8])) {
    let before = PANICS.load(Ordering::Relaxed);
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| body(input)));
    if outcome.is_err() || PANICS.load(Ordering::Relaxed) > before {
        let path = env::temp_dir().join(format!("actor-journal-found-{}", std::process::id()));
        fs::write(&path, input).unwrap();
        panic!("an input that must not fail is kept as {}", path.display());
    }
}

fn stored(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.ancestors().map(|folder| folder.join("fuzz/corpus").join(target));
    let folder = folder.into_iter().find(|folder| folder.is_dir()).expect("stored inputs");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// An input with a few changes.
fn make(stored: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = stored[dice.roll(stored.len())].clone();
    for _ in 0..1 + dice.roll(6) {
        change(&mut input, stored, dice);
    }
    input.truncate(LONGEST);
    input
}

fn change(input: &mut Vec<u8>, stored: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.roll(input.len() + 1);
    let end = at + dice.roll((input.len() - at).min(64) + 1);
    match dice.roll(7) {
        0 => drop(input.drain(at..end)),
        1 => input.truncate(at),
        2 => drop(input.splice(at..at, vec![dice.number() as u8; 1 + dice.roll(16)])),
        3 => drop(input.splice(at..at, input[at..end].to_vec())),
        4 => {
            let other = &stored[dice.roll(stored.len())];
            let from = dice.roll(other.len() + 1);
            input.truncate(at);
            input.extend(&other[from..]);
        }
        5 => {
            let number = special(dice);
            overwrite(input, at, &number);
        }
        _ => overwrite(input, at, &[dice.number() as u8]),
    }
}

fn overwrite(input: &mut [u8], at: usize, bytes: &[u8]) {
    input[at..].iter_mut().zip(bytes).for_each(|(byte, new)| *byte = *new);
}

/// A number at a bound of something, in one of the forms that numbers have.
fn special(dice: &mut Dice) -> Vec<u8> {
    const NUMBERS: [f64; 9] = [
        0.0,
        1.0,
        -1.0,
        255.0,
        65_536.0,
        4_294_967_295.0,
        9_007_199_254_740_991.0,
        1e300,
        f64::NAN,
    ];
    let number = NUMBERS[dice.roll(NUMBERS.len())];
    match dice.roll(4) {
        0 => number.to_le_bytes().into(),
        1 => (number as u32).to_le_bytes().into(),
        2 => (number as i64).to_be_bytes().into(),
        _ => (number as u16).to_be_bytes().into(),
    }
}
