//! Text into words: names, marks and quoted text, without comments.

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is.
    pub kind: Kind,
    /// A name or a mark as it stands; of quoted text what is in the quotes.
    pub text: String,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name, a keyword or a number.
    Name,
    /// Punctuation: one character, or `=>`.
    Mark,
    /// Quoted text: a string, a piece of a template, a regular expression.
    Text,
}

impl Word {
    /// Whether it is this mark.
    pub fn is(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }
}

/// All words of a file.
pub fn words(text: &str) -> Vec<Word> {
    let mut reader = Reader { rest: text, line: 1, words: Vec::new(), templates: Vec::new() };
    while reader.step().is_some() {}
    reader.words
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    words: Vec<Word>,
    /// For each template that is being read: how many braces are open in its `${`.
    templates: Vec<usize>,
}

impl Reader<'_> {
    fn step(&mut self) -> Option<()> {
        let next = self.rest.chars().next()?;
        match next {
            _ if next.is_whitespace() => self.skip(next.len_utf8()),
            '/' if self.rest.starts_with("//") => {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()))
            }
            '/' if self.rest.starts_with("/*") => {
                self.skip(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2))
            }
            '/' if self.expects_value() => self.regular_expression(),
            '"' | '\'' => self.string(next),
            '`' => self.template(),
            '}' if self.templates.last() == Some(&0) => self.template_goes_on(),
            _ if is_name(next) => self.name(),
            _ => self.mark(next),
        }
        Some(())
    }

    fn skip(&mut self, length: usize) {
        self.line += self.rest[..length].matches('\n').count();
        self.rest = &self.rest[length..];
    }

    fn push(&mut self, kind: Kind, text: String, length: usize) {
        self.words.push(Word { kind, text, line: self.line });
        self.skip(length);
    }

    fn name(&mut self) {
        let length = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        self.push(Kind::Name, self.rest[..length].to_owned(), length);
    }

    fn mark(&mut self, mark: char) {
        if let Some(open) = self.templates.last_mut() {
            *open = (*open + usize::from(mark == '{')).saturating_sub(usize::from(mark == '}'));
        }
        let length = if self.rest.starts_with("=>") { 2 } else { mark.len_utf8() };
        self.push(Kind::Mark, self.rest[..length].to_owned(), length);
    }

    fn string(&mut self, quote: char) {
        let length = 1 + end(&self.rest[1..], &[quote, '\n']);
        let inside = self.rest[1..length].to_owned();
        self.push(Kind::Text, inside, (length + 1).min(self.rest.len()));
    }

    /// A slash ends a regular expression only outside a class of characters.
    fn regular_expression(&mut self) {
        let mut length = 1;
        loop {
            length += end(&self.rest[length..], &['/', '[', '\n']);
            match self.rest[length..].chars().next() {
                Some('[') => length += end(&self.rest[length..], &[']', '\n']),
                Some('/') => break length += 1,
                _ => break,
            }
        }
        self.push(Kind::Text, self.rest[1..length].to_owned(), length);
    }

    fn template(&mut self) {
        self.templates.push(0);
        self.template_goes_on();
    }

    /// Reads a template from its backtick, or from the brace that closes a `${`, to the next `${`
    /// or to its end.
    fn template_goes_on(&mut self) {
        let mut length = 1;
        loop {
            length += end(&self.rest[length..], &['`', '$']);
            if self.rest[length..].starts_with("${") {
                return self.push(Kind::Text, String::new(), length + 2);
            }
            if !self.rest[length..].starts_with('$') {
                break;
            }
            length += 1;
        }
        self.templates.pop();
        self.push(Kind::Text, String::new(), (length + 1).min(self.rest.len()));
    }

    /// Whether a slash here begins a regular expression: after a value it divides.
    fn expects_value(&self) -> bool {
        const BEFORE_VALUE: [&str; 8] =
            ["return", "typeof", "case", "in", "of", "do", "else", "await"];
        match self.words.last() {
            None => true,
            Some(word) if word.kind == Kind::Mark => ![")", "]", "}"].contains(&word.text.as_str()),
            Some(word) => word.kind == Kind::Name && BEFORE_VALUE.contains(&word.text.as_str()),
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || c == '#'
}

/// Where one of the characters first stands without a backslash before it, or the text ends.
fn end(text: &str, stops: &[char]) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if !escaped && stops.contains(&c) {
            return at;
        }
        escaped = !escaped && c == '\\';
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn comments_vanish_and_lines_are_counted() {
        let found = words("a // b\n/* c\nd */ e\n");
        assert_eq!(
            found.iter().map(|word| (word.text.as_str(), word.line)).collect::<Vec<_>>(),
            [("a", 1), ("e", 3)]
        );
    }

    #[test]
    fn quoted_text_is_one_word_whatever_is_in_it() {
        assert_eq!(
            texts(r#"f('{', "it's", 'a\'b')"#),
            ["f", "(", "{", ",", "it's", ",", r"a\'b", ")"]
        );
    }

    #[test]
    fn braces_in_templates_belong_to_them_and_code_in_them_does_not() {
        assert_eq!(
            texts("`{ ${ f({ a: `}` }) } $ \\` }` }"),
            ["", "f", "(", "{", "a", ":", "", "}", ")", "", "}"]
        );
    }

    #[test]
    fn a_slash_divides_after_a_value_and_quotes_elsewhere() {
        assert_eq!(texts("a / b / c"), ["a", "/", "b", "/", "c"]);
        assert_eq!(texts("x = /[/{]\\/'/g;"), ["x", "=", "[/{]\\/'/", "g", ";"]);
        assert_eq!(texts("return /{/"), ["return", "{/"]);
    }

    #[test]
    fn text_that_does_not_end_ends_with_its_line_or_file() {
        assert_eq!(texts("'abc\nd"), ["abc", "d"]);
        assert_eq!(texts("`abc"), [""]);
        assert_eq!(texts("/* abc"), Vec::<String>::new());
    }
}
