//! The files that are served, and the paths that lead to them.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::repository;

/// An open file and the media type of what is in it.
pub struct Content {
    /// At its beginning.
    pub file: File,
    /// As the `Content-Type` field has it.
    pub kind: &'static str,
}

/// The page at the top, the package under `/pkg/`.
pub struct Site {
    page: PathBuf,
    package: PathBuf,
}

impl Site {
    /// The page and the package of this repository.
    pub fn of_this_repository() -> Result<Self> {
        let folder = |path: PathBuf, what| {
            path.canonicalize().with_context(|| format!("{what} ({})", path.display()))
        };
        Ok(Self {
            page: folder(repository::www(), "there is no page")?,
            package: folder(
                repository::dist(),
                "the package is not built: run without --no-build",
            )?,
        })
    }

    /// What a URL leads to, if it leads to a file.
    pub fn file(&self, url: &str) -> Option<Content> {
        let path = self.path(url)?;
        Some(Content { file: File::open(&path).ok()?, kind: mime(&path) })
    }

    /// The file that a URL leads to, which is always in one of the two folders: no segment of the
    /// path may climb, and a link may not lead out.
    fn path(&self, url: &str) -> Option<PathBuf> {
        let path = decode(url.split(['?', '#']).next()?)?;
        let (folder, inside) = match path.strip_prefix("/pkg/") {
            Some(inside) => (&self.package, inside),
            None => (&self.page, path.strip_prefix('/')?),
        };
        let inside = if inside.is_empty() || inside.ends_with('/') {
            format!("{inside}index.html")
        } else {
            inside.to_owned()
        };
        if !inside.split('/').all(is_plain) {
            return None;
        }
        let file = folder.join(inside).canonicalize().ok()?;
        (file.starts_with(folder) && file.is_file()).then_some(file)
    }
}

/// Whether a segment names something in its folder: hidden files are not served either.
fn is_plain(segment: &str) -> bool {
    !segment.is_empty() && !segment.starts_with('.') && !segment.contains(['\\', ':', '\0'])
}

/// Undoes percent-encoding (RFC 3986, section 2.1); nothing if it is malformed or not UTF-8.
fn decode(path: &str) -> Option<String> {
    let mut pieces = path.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|kind| kind.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "txt" | "ts" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
pub mod tests {
    use std::fs;

    use super::*;

    pub fn site() -> (tempfile::TempDir, Site) {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path().canonicalize().expect("a path");
        let (page, package) = (top.join("www"), top.join("dist"));
        fs::create_dir_all(package.join("wasm")).expect("dist");
        fs::create_dir(&page).expect("www");
        fs::write(page.join("index.html"), "page").expect("index");
        fs::write(package.join("wasm/a b.wasm"), "wasm").expect("wasm");
        fs::write(top.join("secret"), "secret").expect("secret");
        (folder, Site { page, package })
    }

    #[test]
    fn the_page_is_at_the_top_and_the_package_under_pkg() {
        let (_folder, site) = site();
        assert_eq!(site.path("/"), Some(site.page.join("index.html")));
        assert_eq!(site.path("/index.html?x=/../y"), Some(site.page.join("index.html")));
        assert_eq!(site.path("/pkg/wasm/a%20b.wasm"), Some(site.package.join("wasm/a b.wasm")));
    }

    #[test]
    fn nothing_outside_the_two_folders_is_reached() {
        let (_folder, site) = site();
        let wrong = [
            "/../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/pkg/../secret",
            "/pkg//../secret",
            "//secret",
            "/%00",
            "/%zz",
            "/%+1",
            "secret",
            "/pkg/",
            "/pkg/wasm",
        ];
        for url in wrong {
            assert_eq!(site.path(url), None, "{url}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out() {
        let (folder, site) = site();
        std::os::unix::fs::symlink(folder.path().join("secret"), site.page.join("link"))
            .expect("a link");
        assert_eq!(site.path("/link"), None);
    }

    #[test]
    fn wasm_and_modules_have_the_types_that_browsers_insist_on() {
        assert_eq!(mime(Path::new("a_bg.wasm")), "application/wasm");
        assert_eq!(mime(Path::new("browser.js")), "text/javascript; charset=utf-8");
    }
}
