//! What a Rust file says, read with a parser: the modules it reaches for, its conditions on the
//! target, its functions.

use anyhow::Result;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, ImplItemFn, ItemFn, ItemMod, Macro, Path, Signature, TraitItemFn, UseTree,
    Visibility,
};

use super::length::Function;

/// Conditions that tell one target from another.
const TARGETS: [&str; 6] =
    ["target_arch", "target_family", "target_os", "target_env", "unix", "windows"];

/// What one file says, with the lines on which it says so.
#[derive(Debug, Default)]
pub struct Facts {
    /// Paths from the root of the crate, without the word `crate`.
    pub paths: Vec<(usize, Vec<String>)>,
    /// Lines with a condition on the target.
    pub targets: Vec<usize>,
}

/// Reads the file that holds a module, which is given as a path from the root of the crate. What
/// only tests contain is left out.
pub fn facts(text: &str, module: &[&str]) -> Result<Facts> {
    let module = module.iter().map(|&name| name.to_owned()).collect();
    let mut reader = Reader { module, facts: Facts::default() };
    reader.visit_file(&syn::parse_file(text)?);
    Ok(reader.facts)
}

/// The functions of a file, tests and all.
pub fn functions(text: &str) -> Result<Vec<Function>> {
    let mut measure = Measure(Vec::new());
    measure.visit_file(&syn::parse_file(text)?);
    Ok(measure.0)
}

/// What `lib.rs` hands on by name: the name, and the module it comes from.
pub fn exports(text: &str) -> Result<Vec<(String, String)>> {
    let mut exports = Vec::new();
    for item in syn::parse_file(text)?.items {
        if let syn::Item::Use(item) = item {
            for path in flatten(&item.tree) {
                let inside = path.strip_prefix(&["crate".to_owned()]).unwrap_or(&path);
                if let ([room, ..], Some(name)) = (inside, inside.last()) {
                    exports.push((name.clone(), room.clone()));
                }
            }
        }
    }
    Ok(exports)
}

struct Reader {
    module: Vec<String>,
    facts: Facts,
}

impl Reader {
    /// Keeps a path if it leads to another place in this crate.
    fn note(&mut self, span: Span, path: &[String]) {
        let line = span.start().line;
        match path.first().map(String::as_str) {
            Some("crate") => self.facts.paths.push((line, path[1..].to_vec())),
            Some("super") => self.climb(line, path),
            _ => {}
        }
    }

    /// `super::` names the same things by another way.
    fn climb(&mut self, line: usize, path: &[String]) {
        let steps = path.iter().take_while(|name| *name == "super").count();
        let above = &self.module[..self.module.len().saturating_sub(steps)];
        self.facts.paths.push((line, above.iter().chain(&path[steps..]).cloned().collect()));
    }

    /// What stands inside a macro's call is not parsed; its paths are found word by word.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut begin = Span::call_site();
        for token in tokens {
            match token {
                TokenTree::Ident(name) if path.last().is_some_and(|last| last == "::") => {
                    path.push(name.to_string())
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => {
                    extend(&mut path)
                }
                other => {
                    self.note(begin, &names(&path));
                    begin = other.span();
                    path = first(&other);
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.note(begin, &names(&path));
    }

    fn condition(&mut self, span: Span, tokens: TokenStream) {
        if speaks_of_target(tokens) {
            self.facts.targets.push(span.start().line);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if item.attrs.iter().any(is_for_tests) {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        item.attrs.iter().for_each(|attribute| self.visit_attribute(attribute));
        flatten(&item.tree).iter().for_each(|path| self.note(item.span(), path));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.note(path.span(), &names);
        visit::visit_path(self, path);
    }

    /// `pub(crate)` says who may import, and imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let (true, Ok(list)) = (is_condition(attribute.path()), attribute.meta.require_list()) {
            self.condition(attribute.span(), list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        match is_condition(&call.path) {
            true => self.condition(call.span(), call.tokens.clone()),
            false => self.tokens(call.tokens.clone()),
        }
    }
}

fn is_condition(path: &Path) -> bool {
    path.is_ident("cfg") || path.is_ident("cfg_attr")
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let list = attribute.meta.require_list();
    attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
}

fn speaks_of_target(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => TARGETS.contains(&name.to_string().as_str()),
        TokenTree::Group(group) => speaks_of_target(group.stream()),
        _ => false,
    })
}

/// Two colons come as two tokens; they become one mark in the path.
fn extend(path: &mut Vec<String>) {
    match path.last().map(String::as_str) {
        Some(":") => drop(path.splice(path.len() - 1.., ["::".to_owned()])),
        Some("::") => path.clear(),
        _ => path.push(":".to_owned()),
    }
}

fn first(token: &TokenTree) -> Vec<String> {
    match token {
        TokenTree::Ident(name) => vec![name.to_string()],
        _ => Vec::new(),
    }
}

fn names(path: &[String]) -> Vec<String> {
    path.iter().filter(|part| !part.starts_with(':')).cloned().collect()
}

/// The single paths of a `use`, braces undone, renamings by their first name.
fn flatten(tree: &UseTree) -> Vec<Vec<String>> {
    let below = |name: String, tree| {
        flatten(tree).into_iter().map(move |path| [vec![name.clone()], path].concat()).collect()
    };
    match tree {
        UseTree::Path(path) => below(path.ident.to_string(), &path.tree),
        UseTree::Name(name) => vec![vec![name.ident.to_string()]],
        UseTree::Rename(rename) => vec![vec![rename.ident.to_string()]],
        UseTree::Glob(_) => vec![vec!["*".to_owned()]],
        UseTree::Group(group) => group.items.iter().flat_map(flatten).collect(),
    }
}

struct Measure(Vec<Function>);

impl Measure {
    fn note(&mut self, signature: &Signature, body: &Block) {
        let line = signature.span().start().line;
        let lines = body.span().end().line + 1 - line;
        self.0.push(Function { name: signature.ident.to_string(), line, lines });
    }
}

impl<'ast> Visit<'ast> for Measure {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.note(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.note(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(body) = &item.default {
            self.note(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str, module: &[&str]) -> Vec<String> {
        facts(text, module)
            .expect("parses")
            .paths
            .into_iter()
            .map(|(_, path)| path.join("::"))
            .collect()
    }

    #[test]
    fn braces_renamings_and_globs_are_undone() {
        let text = "use crate::{a::{B, C as D}, e::*, f};";
        assert_eq!(paths(text, &["x"]), ["a::B", "a::C", "e::*", "f"]);
    }

    #[test]
    fn paths_in_code_in_types_and_in_macros_are_found() {
        let text = "fn f(a: crate::b::C) { crate::d::e(); println!(\"{}\", g(&crate::h::I)); }";
        assert_eq!(paths(text, &["x"]), ["b::C", "d::e", "h::I"]);
    }

    #[test]
    fn super_names_the_same_things() {
        let text = "use super::super::journal::Journal; use super::tags; mod inner { use super::super::b; }";
        assert_eq!(
            paths(text, &["sqlite", "store"]),
            ["journal::Journal", "sqlite::tags", "sqlite::b"]
        );
    }

    #[test]
    fn what_only_tests_contain_is_left_out() {
        assert!(paths("#[cfg(test)] mod tests { use crate::memory::M; }", &["x"]).is_empty());
        assert!(paths("pub(crate) fn f() {} pub(super) struct S;", &["x"]).is_empty());
        assert!(paths("use std::fmt; use serde::Serialize;", &["x"]).is_empty());
    }

    #[test]
    fn conditions_on_the_target_are_found_on_their_lines() {
        let text = "#[cfg(feature = \"a\")]\nfn a() {}\n#[cfg(all(feature = \"a\", not(target_arch = \"wasm32\")))]\nfn b() {\nif cfg!(unix) {}\n}";
        assert_eq!(facts(text, &["x"]).expect("parses").targets, [3, 5]);
    }

    #[test]
    fn exports_tell_where_a_name_comes_from() {
        let text = "pub use error::{Error, Result}; pub use crate::types::Seq;";
        let pairs = [("Error", "error"), ("Result", "error"), ("Seq", "types")];
        assert_eq!(
            exports(text).expect("parses"),
            pairs.map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn functions_are_measured_without_their_docs() {
        let text =
            "/// Docs.\n/// More.\nfn a() {\n}\nimpl X {\n    fn b(&self,\n        c: u8) {}\n}";
        let found: Vec<_> = functions(text)
            .expect("parses")
            .into_iter()
            .map(|f| (f.name, f.line, f.lines))
            .collect();
        assert_eq!(found, [("a".to_owned(), 3, 2), ("b".to_owned(), 6, 2)]);
    }
}
