//! Who may import whom: the plan of the house, held against what the files say.

use anyhow::{Context, Result};

use super::source::{self, Source};
use super::{rust, typescript};

/// The rooms in layers. A room may import what stands in a layer above its own, and itself.
struct Plan {
    layers: &'static [&'static [&'static str]],
    /// Pairs within one layer of which the first may import the second.
    beside: &'static [(&'static str, &'static str)],
}

/// The core, `src`.
const CORE: Plan = Plan {
    layers: &[
        &["types", "error", "lock", "panicked"],
        &["platform", "codec"],
        &["pages"],
        &["journal", "durable", "chunk"],
        &["replay", "snapshots", "recourse"],
        &["memory", "sqlite", "writer"],
        &["query", "projection", "evolve", "copy"],
        &["actor"],
    ],
    beside: &[("types", "error"), ("error", "types"), ("sqlite", "writer")],
};

/// The command line, `src/bin/actor-journal`. The core it knows as any other program does.
const COMMAND_LINE: Plan = Plan {
    layers: &[
        &["bar", "cbor", "columns", "failure", "opening", "utc", "visible"],
        &["database", "output", "payload", "stored"],
        &["listing"],
        &["info", "ids", "events", "snapshots", "compact", "verify"],
        &["backup", "restore", "export", "import"],
        &["arguments"],
        &["main"],
    ],
    beside: &[],
};

/// The TypeScript of the package, `pkg/src`. A file `codec-json.ts` belongs to the room `codec`. What
/// `live` and `react` need they import by the package's name: a second copy of its classes in their
/// bundles would be other classes.
const PACKAGE: Plan = Plan {
    layers: &[
        &["binding", "once", "live", "react"],
        &["types", "errors", "wasm"],
        &["arguments", "token", "inspector"],
        &["entries"],
        &["codec", "protocol", "opening", "local", "verify"],
        &["chunk", "server", "client"],
        &["leader"],
        &["worker", "platform"],
        &["drivers"],
        &["journal", "snapshots", "durable"],
        &["restore", "projection"],
        &["evolve"],
        &["actor"],
        &["index"],
        &["entry", "xstate"],
    ],
    beside: &[],
};

/// Where the command line stands.
const PROGRAM: &str = "src/bin/actor-journal/";

/// The only room of the core that knows its target.
const SEAM: &str = "platform";

/// What the page may import besides its own files: the index of the package, as it is served, and the
/// element that it embeds.
const INDEX: [&str; 3] = ["actor-journal", "/pkg/browser.js", "actor-journal/inspector"];

impl Plan {
    /// What is wrong with one room importing another.
    fn objection(&self, from: &str, to: &str) -> Option<String> {
        if from == to || self.beside.contains(&(from, to)) {
            return None;
        }
        match (self.layer(from), self.layer(to)) {
            (Some(own), Some(other)) if other < own => None,
            (Some(_), Some(_)) => Some(format!("`{from}` may not import `{to}`")),
            (None, _) => Some(format!("the room `{from}` stands in no layer")),
            (_, None) => Some(format!("`{to}` is no room: import from the one it belongs to")),
        }
    }

    fn layer(&self, room: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer.contains(&room))
    }
}

/// Every import and every condition on the target that stands where it should not.
pub fn violations() -> Result<Vec<String>> {
    let core = source::within("src")?;
    let exports = core
        .iter()
        .find(|source| source.path == "src/lib.rs")
        .map(|library| rust::exports(&library.text));
    let exports = exports.transpose()?.unwrap_or_default();
    let mut found = Vec::new();
    for source in core.iter().filter(|source| source.path != "src/lib.rs") {
        let violations = match source.path.strip_prefix(PROGRAM) {
            Some(file) => in_command_line(source, file),
            None => in_core(source, &exports),
        };
        found.extend(violations.with_context(|| source.path.clone())?);
    }
    found.extend(source::within("pkg/src")?.iter().flat_map(in_package));
    found.extend(source::within("www")?.iter().flat_map(in_page));
    Ok(found)
}

/// A name that `lib.rs` hands on counts as an import from the room it comes from.
fn in_core(source: &Source, exports: &[(String, String)]) -> Result<Vec<String>> {
    let module = module(&source.path);
    let room = module.first().copied().unwrap_or_default();
    let facts = rust::facts(&source.text, &module)?;
    let mut found = Vec::new();
    for (line, path) in &facts.paths {
        let first = path.first().map_or("*", String::as_str);
        let origin = exports.iter().find(|(name, _)| name == first).map_or(first, |(_, room)| room);
        found.extend(
            CORE.objection(room, origin)
                .map(|objection| format!("{}:{line}: {objection}", source.path)),
        );
    }
    let elsewhere = facts.targets.iter().filter(|_| room != SEAM);
    found.extend(
        elsewhere.map(|line| format!("{}:{line}: only `{SEAM}` knows the target", source.path)),
    );
    Ok(found)
}

/// `file` is its place in the program. What stands in it by the name of `crate` is the program's own.
fn in_command_line(source: &Source, file: &str) -> Result<Vec<String>> {
    let module = module(file);
    let room = module.first().copied().unwrap_or_default();
    let mut found = Vec::new();
    for (line, path) in rust::facts(&source.text, &module)?.paths {
        let objection = COMMAND_LINE.objection(room, path.first().map_or("*", String::as_str));
        found.extend(objection.map(|objection| format!("{}:{line}: {objection}", source.path)));
    }
    if source.text.contains("rusqlite") {
        found.push(format!("{}: the command line knows the crate alone, not SQLite", source.path));
    }
    Ok(found)
}

/// The module that a file of the core holds: `sqlite`, `store` for `src/sqlite/store.rs`.
fn module(path: &str) -> Vec<&str> {
    let path = path.strip_prefix("src/").unwrap_or(path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
}

fn in_package(source: &Source) -> Vec<String> {
    let folder = source.path.strip_prefix("pkg/src/").unwrap_or(&source.path);
    let mut found = Vec::new();
    for (line, name) in typescript::imports(&source.text) {
        let objection =
            resolve(folder, &name).and_then(|to| PACKAGE.objection(room(folder), room(&to)));
        found.extend(objection.map(|objection| format!("{}:{line}: {objection}", source.path)));
    }
    found
}

/// The file that an import means, from the package's folder: relative, or by a name of the package's
/// own such as `#platform`. Nothing for what is not the package's source.
fn resolve(from: &str, name: &str) -> Option<String> {
    if !name.starts_with('.') {
        return name.strip_prefix('#').map(str::to_owned);
    }
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()?),
            _ => path.push(part),
        }
    }
    Some(path.join("/"))
}

/// The room of a file in the package: its folder, or its name up to a dash or a dot.
fn room(path: &str) -> &str {
    path.split(['/', '-', '.']).next().unwrap_or(path)
}

fn in_page(source: &Source) -> Vec<String> {
    let imports = match source.kind() {
        "html" => typescript::page_imports(&source.text),
        _ => typescript::imports(&source.text),
    };
    let wrong = imports.into_iter().filter(|(_, name)| !is_for_page(name));
    wrong
        .map(|(line, name)| {
            format!("{}:{line}: the page uses the package's index alone, not `{name}`", source.path)
        })
        .collect()
}

/// Its own files, which stand in its folder, or the index.
fn is_for_page(name: &str) -> bool {
    let is_own = name.starts_with("./")
        || (!name.starts_with('/') && name.ends_with(".js") && !name.contains(':'));
    INDEX.contains(&name) || (is_own && !name.contains(".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    fn core(path: &str, text: &str) -> Vec<String> {
        let exports = [("Journal".to_owned(), "journal".to_owned())];
        in_core(&source(path, text), &exports).expect("parses")
    }

    #[test]
    fn a_room_may_import_what_stands_above_it() {
        let text = "use crate::{journal::Journal, types::Seq, platform::Lock}; use super::schema;";
        assert_eq!(core("src/sqlite/store.rs", text), Vec::<String>::new());
    }

    #[test]
    fn a_room_may_not_import_from_below_or_beside() {
        assert_eq!(
            core("src/codec.rs", "\nuse crate::sqlite::Store;"),
            ["src/codec.rs:2: `codec` may not import `sqlite`"]
        );
        assert_eq!(core("src/memory.rs", "use super::sqlite::Store;").len(), 1);
        assert_eq!(core("src/sqlite/mod.rs", "fn f() { crate::actor::spawn() }").len(), 1);
    }

    #[test]
    fn a_name_at_the_top_counts_for_the_room_it_comes_from() {
        assert_eq!(core("src/codec.rs", "use crate::Journal;").len(), 1);
        assert_eq!(core("src/memory.rs", "use crate::Journal;"), Vec::<String>::new());
        assert_eq!(core("src/memory.rs", "use crate::Unknown;").len(), 1);
    }

    #[test]
    fn a_room_that_is_not_planned_is_reported() {
        assert_eq!(core("src/cache.rs", "use crate::types::Seq;").len(), 1);
    }

    #[test]
    fn only_the_seam_knows_the_target() {
        let text = "#[cfg(target_arch = \"wasm32\")]\nmod opfs;";
        assert_eq!(core("src/platform/mod.rs", text), Vec::<String>::new());
        assert_eq!(
            core("src/sqlite/mod.rs", text),
            ["src/sqlite/mod.rs:1: only `platform` knows the target"]
        );
    }

    #[test]
    fn the_command_line_uses_the_crate_alone() {
        let program = |text| {
            let path = format!("{PROGRAM}output.rs");
            in_command_line(&source(&path, text), "output.rs").expect("parses")
        };
        let text = "use actor_journal::Journal; use crate::visible::visible;";
        assert_eq!(program(text), Vec::<String>::new());
        assert_eq!(
            program("use crate::events::Events;"),
            ["src/bin/actor-journal/output.rs:1: `output` may not import `events`"]
        );
        assert_eq!(program("use rusqlite::Connection;").len(), 1);
    }

    #[test]
    fn server_and_client_know_the_protocol_and_not_each_other() {
        let server = |text| in_package(&source("pkg/src/server.ts", text));
        assert_eq!(server("import type { Call } from './protocol.js';"), Vec::<String>::new());
        assert_eq!(
            server("import { Client } from './client.js';"),
            ["pkg/src/server.ts:1: `server` may not import `client`"]
        );
    }

    #[test]
    fn the_inspector_knows_a_journal_by_its_types_alone() {
        let inspector = |text| in_package(&source("pkg/src/inspector/reading.ts", text)).len();
        assert_eq!(inspector("import type { Journal } from '../types.js'; import './rows.js';"), 0);
        assert_eq!(inspector("import { SqliteJournal } from '../journal-sqlite.js';"), 1);
        assert_eq!(inspector("import { SqliteJournal } from '../index.js';"), 1);
    }

    #[test]
    fn live_states_and_hooks_know_the_package_by_its_name_alone() {
        let hook = |text| in_package(&source("pkg/src/react/use-actor.ts", text)).len();
        assert_eq!(hook("import { recover } from 'actor-journal'; import './use-live.js';"), 0);
        assert_eq!(hook("import { liveActor } from 'actor-journal/live';"), 0);
        assert_eq!(hook("import { liveActor } from '../live/index.js';"), 1);
        assert_eq!(hook("import { hasCode } from '../errors.js';"), 1);
    }

    #[test]
    fn files_belong_to_the_room_of_their_folder_or_first_word() {
        let text = "import { a } from '../codec-json.js'; import b from 'cbor2'; import c from '../../dist/d.js';";
        assert_eq!(in_package(&source("pkg/src/actor/system.ts", text)), Vec::<String>::new());
        let text = "import { open } from '#platform';";
        assert_eq!(in_package(&source("pkg/src/drivers.ts", text)), Vec::<String>::new());
        assert_eq!(in_package(&source("pkg/src/codec.ts", text)).len(), 1);
        let text = "const worker = await import('./actor/system.js');";
        assert_eq!(in_package(&source("pkg/src/codec-json.ts", text)).len(), 1);
    }

    #[test]
    fn the_page_uses_the_index_alone() {
        let page = |text| in_page(&source("www/app.js", text)).len();
        assert_eq!(page("import { J } from '/pkg/browser.js'; import './view.js';"), 0);
        assert_eq!(page("import { J } from '/pkg/client.js';"), 1);
        assert_eq!(page("import { J } from '../pkg/dist/browser.js';"), 1);
        assert_eq!(page("import { J } from 'https://example.org/x.js';"), 1);
    }
}
