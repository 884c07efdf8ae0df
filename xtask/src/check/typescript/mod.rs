//! What a TypeScript or JavaScript file says: its imports and its functions. It is read word by
//! word, which is enough for both and needs no second compiler.

mod function;
mod word;

pub use function::functions;
use word::{Kind, Word};

/// The modules that a file imports, in whichever way, with the lines on which it does.
pub fn imports(text: &str) -> Vec<(usize, String)> {
    let words = word::words(text);
    let named = |at: usize| words.get(at).filter(|word| word.kind == Kind::Text);
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let module = match (word.kind, word.text.as_str()) {
            (Kind::Name, "from") => named(at + 1),
            (Kind::Name, "import") => {
                named(at + 1).or_else(|| called(&words, at).and_then(|()| named(at + 2)))
            }
            _ => None,
        };
        found.extend(module.map(|module| (module.line, module.text.clone())));
    }
    found
}

/// Whether the word at a place is followed by an opening bracket.
fn called(words: &[Word], at: usize) -> Option<()> {
    words.get(at + 1).is_some_and(|word| word.is("(")).then_some(())
}

/// The scripts that stand in a page, and the files that it names as scripts.
pub fn page_imports(html: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<script") {
        let Some((opening, after)) = after.split_once('>') else { break };
        let line = html.len() - rest.len() + before.len();
        let line = html[..line].matches('\n').count() + 1;
        found.extend(attribute(opening, "src").map(|src| (line, src.to_owned())));
        let (script, after) = after.split_once("</script").unwrap_or((after, ""));
        let is_map = opening.contains("importmap");
        found.extend(
            imports(script).into_iter().filter(|_| !is_map).map(|(at, name)| (line + at - 1, name)),
        );
        rest = after;
    }
    found
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let value = tag.split_once(&format!("{name}="))?.1;
    let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    value[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: Vec<(usize, String)>) -> Vec<String> {
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn every_way_to_import_is_found() {
        let text = "import './a.js';\nimport type { B } from './b.js';\nexport * from \"./c.js\";\n\
            const d = await import('./d.js');\nlet e: import('./e.js').E;";
        assert_eq!(names(imports(text)), ["./a.js", "./b.js", "./c.js", "./d.js", "./e.js"]);
        assert_eq!(imports(text)[2].0, 3);
    }

    #[test]
    fn what_only_looks_like_an_import_is_not_one() {
        let text =
            "// import './a.js'\nArray.from('b');\nconst s = \"from './c.js'\";\nimport.meta.url;";
        assert!(imports(text).is_empty());
    }

    #[test]
    fn scripts_of_a_page_are_read() {
        let html = "<p>don't</p>\n<script type=\"module\" src=\"./app.js\"></script>\n\
            <script type=\"module\">\nimport { J } from '/pkg/browser.js';\n</script>";
        assert_eq!(
            page_imports(html),
            [(2, "./app.js".to_owned()), (4, "/pkg/browser.js".to_owned())]
        );
    }
}
