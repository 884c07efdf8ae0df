//! Times as people read them.

use actor_journal::Timestamp;

const MS_A_DAY: i64 = 86_400_000;

/// A time in UTC as [ISO 8601](https://www.iso.org/iso-8601-date-and-time-format.html) has it, to
/// the millisecond; years of more than four digits have six and a sign, as JavaScript writes them.
pub fn utc(timestamp: Timestamp) -> String {
    let (year, month, day) = date(timestamp.div_euclid(MS_A_DAY));
    let ms = timestamp.rem_euclid(MS_A_DAY);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        _ => format!("{year:+07}"),
    };
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
}

/// Year, month and day of a day counted from 1 January 1970, in the Gregorian calendar. Years begin
/// in March here, so that a leap day is the last of its year.
fn date(days: i64) -> (i64, i64, i64) {
    const DAYS_TO_1970: i64 = 719_468;
    const DAYS_A_CYCLE: i64 = 146_097;
    let days = days + DAYS_TO_1970;
    let (cycle, day) = (days.div_euclid(DAYS_A_CYCLE), days.rem_euclid(DAYS_A_CYCLE));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march_month = (5 * day + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let day = day - (153 * march_month + 2) / 5 + 1;
    (400 * cycle + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (timestamp, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_827_696_789, "2000-02-29T12:34:56.789Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (8_640_000_000_000_000, "+275760-09-13T00:00:00.000Z"),
            (-62_198_755_200_000, "-000001-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(utc(timestamp), expected);
        }
    }

    #[test]
    fn no_time_that_a_file_can_hold_is_out_of_bounds() {
        assert!(utc(i64::MIN).starts_with('-'));
        assert!(utc(i64::MAX).starts_with('+'));
    }
}
