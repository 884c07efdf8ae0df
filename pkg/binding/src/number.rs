use actor_journal::{Error, ErrorKind, MAX_SEQ, Result};

/// A JavaScript number that must be a whole one from 0 to 2^53 - 1.
pub(crate) fn whole(what: &str, number: f64) -> Result<u64> {
    if number.fract() == 0.0 && (0.0..=MAX_SEQ as f64).contains(&number) {
        return Ok(number as u64);
    }
    let message = format!("{what} is not a whole number from 0 to {MAX_SEQ}");
    Err(Error::new(ErrorKind::InvalidArgument, message))
}

/// The same for a number of items; more than this platform can count is as many as it can.
pub(crate) fn count(what: &str, number: f64) -> Result<usize> {
    whole(what, number).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}
