//! Numbers as people read them.

/// All digits that say something, in groups of three.
pub fn full(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        1.0.. | 0.0 => 1,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() || fraction == "0" { grouped } else { format!("{grouped}.{fraction}") }
}

/// Three digits, and a letter for thousands or millions.
pub fn short(value: f64) -> String {
    match value.abs() {
        999_500.0.. => three(value / 1e6) + " M",
        9_995.0.. => three(value / 1e3) + " k",
        _ => full(value),
    }
}

/// How many times something is something else.
pub fn ratio(value: f64) -> String {
    three(value)
}

fn three(value: f64) -> String {
    let decimals = match value.abs() {
        99.95.. => 0,
        9.995.. => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups() {
        assert_eq!(full(1_234_567.8), "1,234,568");
        assert_eq!(full(123.4), "123");
        assert_eq!(full(7.94), "7.9");
        assert_eq!(full(64.0), "64");
        assert_eq!(full(0.0714), "0.071");
        assert_eq!(full(0.0), "0");
        assert_eq!(full(-1234.0), "-1,234");
        assert_eq!(full(-123.0), "-123");
    }

    #[test]
    fn a_label_has_three_digits() {
        assert_eq!(short(1_693_219.0), "1.69 M");
        assert_eq!(short(999_600.0), "1.00 M");
        assert_eq!(short(58_283.0), "58.3 k");
        assert_eq!(short(684.2), "684");
        assert_eq!(short(5_231.0), "5,231");
    }

    #[test]
    fn a_ratio_has_three_digits() {
        assert_eq!(ratio(0.514), "0.51");
        assert_eq!(ratio(12.34), "12.3");
        assert_eq!(ratio(123.4), "123");
    }
}
