//! Text that is safe on a terminal, whoever wrote it.

use std::borrow::Cow;

/// `text` with what a terminal would obey, or would show in another order, written as JSON's
/// `\u001b`: JSON stays JSON.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return text.into();
    }
    let mut units = [0; 2];
    let escaped = text.chars().map(|character| match is_obeyed(character) {
        true => {
            character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }
        false => character.to_string(),
    });
    escaped.collect::<String>().into()
}

/// Control characters, line ends, and what changes the direction of writing.
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(visible("a\u{1b}[2Jb\n"), "a\\u001b[2Jb\\u000a");
        assert_eq!(visible("\u{9b}\u{202e}\u{e0041}"), "\\u009b\\u202e\\udb40\\udc41");
    }

    #[test]
    fn what_people_write_stays() {
        assert_eq!(visible("Zoë 帳戶 👨‍👩‍👧 a\\b"), "Zoë 帳戶 👨‍👩‍👧 a\\b");
    }
}
