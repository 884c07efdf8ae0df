//! Functions of a script: every brace whose content is run when something is called.

use super::super::length::Function;
use super::word::{Kind, Word, words};

/// Words before a bracket that make it no parameter list.
const CONTROL: [&str; 7] = ["if", "for", "while", "switch", "catch", "with", "case"];

/// Words that begin something else than a return type.
const STATEMENTS: [&str; 9] =
    ["class", "do", "else", "enum", "finally", "interface", "namespace", "return", "try"];

/// The functions of a file, with the lines from their parameters to their closing braces.
pub fn functions(text: &str) -> Vec<Function> {
    let words = words(text);
    let partners = partners(&words);
    let braces = (0..words.len()).filter(|&at| words[at].is("{"));
    braces.filter_map(|at| function(&words, &partners, at)).collect()
}

fn function(words: &[Word], partners: &[Option<usize>], brace: usize) -> Option<Function> {
    let end = words[partners[brace]?].line;
    let start = start(words, partners, brace)?;
    let name = start.checked_sub(1).map(|before| &words[before]);
    let name = name.filter(|word| word.kind == Kind::Name).map_or("a function", |word| &word.text);
    let line = words[start].line;
    Some(Function { name: name.to_owned(), line, lines: end + 1 - line })
}

/// Where the parameters of the function begin whose body a brace opens; nothing if it opens
/// something else.
fn start(words: &[Word], partners: &[Option<usize>], brace: usize) -> Option<usize> {
    let before = brace.checked_sub(1)?;
    if words[before].is("=>") {
        return before.checked_sub(1).map(|last| parameters(words, partners, last).unwrap_or(last));
    }
    let open = parameters(words, partners, before)?;
    let caller = open.checked_sub(1).map(|at| &words[at]);
    let is_mixin = open >= 2 && words[open - 2].text == "extends";
    let is_control = caller.is_some_and(|word| CONTROL.contains(&word.text.as_str()));
    let is_for_await = open >= 2 && words[open - 2].text == "for";
    (!is_mixin && !is_control && !is_for_await).then_some(open)
}

/// The opening bracket of a parameter list that ends at a word, or before it with a return type
/// between the two.
fn parameters(words: &[Word], partners: &[Option<usize>], last: usize) -> Option<usize> {
    let mut at = last;
    let mut angles = 0_usize;
    loop {
        let next = words.get(at + 1).filter(|_| at < last);
        if words[at].is(")") && next.is_none_or(|next| next.is(":")) {
            return partners[at];
        }
        if !is_of_type(&words[at], next, angles > 0) {
            return None;
        }
        angles = (angles + usize::from(words[at].is(">")))
            .saturating_sub(usize::from(words[at].is("<")));
        let jump = partners[at].filter(|&partner| partner < at);
        at = jump.unwrap_or(at).checked_sub(1)?;
    }
}

/// Whether a word can stand in a type, given the word after it.
fn is_of_type(word: &Word, next: Option<&Word>, in_angles: bool) -> bool {
    let any = |word: &Word, marks: &[&str]| marks.iter().any(|mark| word.is(mark));
    match word.kind {
        Kind::Mark if word.is("}") => next.is_none_or(|next| any(next, &["|", "&", "[", ">", ","])),
        Kind::Mark if any(word, &[",", "="]) => in_angles,
        Kind::Mark => !any(word, &[";", "{", "(", "["]),
        _ => !STATEMENTS.contains(&word.text.as_str()),
    }
}

/// For each bracket and brace the one that belongs to it.
fn partners(words: &[Word]) -> Vec<Option<usize>> {
    let mut partners = vec![None; words.len()];
    let mut open = Vec::new();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.kind == Kind::Mark) {
        match word.text.as_str() {
            "(" | "[" | "{" => open.push(at),
            ")" | "]" | "}" => {
                if let Some(begin) = open.pop() {
                    (partners[begin], partners[at]) = (Some(at), Some(begin));
                }
            }
            _ => {}
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, usize)> {
        functions(text).into_iter().map(|function| (function.name, function.lines)).collect()
    }

    fn named(names: &[(&str, usize)]) -> Vec<(String, usize)> {
        names.iter().map(|&(name, lines)| (name.to_owned(), lines)).collect()
    }

    #[test]
    fn functions_methods_and_arrows_are_measured() {
        assert_eq!(found("function a(b) {\n}\n"), named(&[("a", 2)]));
        assert_eq!(found("class A {\n  b() {\n  }\n}"), named(&[("b", 2)]));
        assert_eq!(found("const a = (b) => {\n};"), named(&[("a function", 2)]));
        assert_eq!(found("c.map(d => {\n\n});").len(), 1);
    }

    #[test]
    fn return_types_do_not_hide_a_function() {
        assert_eq!(
            found("function a(b: string): Promise<Map<string, C>> {\n}"),
            named(&[("a", 2)])
        );
        assert_eq!(
            found("a(b: string): b is C[] | { d: E } {\n}").last(),
            named(&[("a", 2)]).last()
        );
        assert_eq!(found("const a = async (b): Promise<void> => {\n};").len(), 1);
    }

    #[test]
    fn other_braces_are_no_functions() {
        let other = [
            "if (a) {\n}",
            "for await (const a of b) {\n}",
            "class A extends B(C) {\n}",
            "const a = { b: 1 };",
            "interface A {\n}",
            "try {\n} catch (e) {\n}",
            "switch (a) {\ncase (b): {\n}\n}",
        ];
        for text in other {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_function_does_not_reach_into_the_next_declaration() {
        let text = "function a(): B {\n}\nexport class C {\n\n\n}\nlet d = e ? (f) : g;\ntry {\n\n}\nfinally {}";
        assert_eq!(found(text), named(&[("a", 2)]));
    }
}
