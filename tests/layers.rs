//! The map of the code holds: who imports whom, which file names which vendor crate, how long files
//! are, and that what the documents name exists.
#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

#[path = "layers/map.rs"]
mod map;

use map::{BASE, MAY_IMPORT, VENDORS};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const LONGEST: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with one of these endings, as paths from the root.
fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries.map(|entry| entry.unwrap().path()) {
            let name = entry.file_name().unwrap().to_string_lossy().into_owned();
            if entry.is_dir() {
                if !["node_modules", "dist", "target", ".git", ".svelte-kit"].contains(&name.as_str()) {
                    folders.push(entry);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                all.push(entry.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    all.sort();
    all
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Rust without comments and strings' content that looks like code, and without tests.
fn code(path: &str) -> String {
    if path.starts_with("src/store/tests/") || path.ends_with("/tests.rs") {
        return String::new();
    }
    let text = text(path);
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

fn sources() -> Vec<String> {
    files("src", &[".rs"])
}

/// The module at the top of `src/` that a file belongs to.
fn module(path: &str) -> String {
    let inside = path.strip_prefix("src/").unwrap();
    let name = inside.split(['/', '.']).next().unwrap();
    if BASE.contains(&name) { "base".to_owned() } else { name.to_owned() }
}

/// Names that follow `crate::`, also in `use crate::{a, b::c}`.
fn imports(code: &str, start: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(start) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + start.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.insert(word(rest));
            continue;
        };
        let (mut depth, mut fresh) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && depth == 0 && !c.is_whitespace() => {
                    names.insert(word(&group[at..]));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn arrows_point_downward_only() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in sources().into_iter().filter(|path| path != "src/lib.rs") {
        let here = module(&path);
        let may = allowed.get(here.as_str()).unwrap_or_else(|| panic!("{path} is in no module of the map"));
        let code = code(&path);
        let mut names = imports(&code, "crate::");
        names.extend(imports(&code, "dewdrop::"));
        for name in names {
            let there = if BASE.contains(&name.as_str()) { "base" } else { name.as_str() };
            if there != here && there != "base" && !may.contains(&there) {
                wrong.push(format!("{path} imports {there}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn base_values_import_nothing_but_each_other() {
    for path in sources().iter().filter(|path| module(path) == "base") {
        let names = imports(&code(path), "crate::");
        assert!(names.iter().all(|name| BASE.contains(&name.as_str())), "{path}: {names:?}");
    }
}

#[test]
fn what_is_allowed_has_no_circle() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    fn visit<'a>(at: &'a str, allowed: &BTreeMap<&'a str, &'a [&'a str]>, way: &mut Vec<&'a str>) {
        assert!(!way.contains(&at), "a circle: {way:?} {at}");
        way.push(at);
        for next in allowed[at] {
            visit(next, allowed, way);
        }
        way.pop();
    }
    for at in allowed.keys() {
        visit(at, &allowed, &mut Vec::new());
    }
}

#[test]
fn each_vendor_crate_stays_in_its_place() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for path in sources() {
        let code = code(&path);
        for vendor in VENDORS.iter().map(|(vendor, _)| *vendor) {
            let homes = VENDORS.iter().filter(|(name, _)| *name == vendor);
            let here = |place: &str| path == place || (place.ends_with('/') && path.starts_with(place));
            match homes.clone().find(|(_, place)| here(place)) {
                _ if !names_crate(&code, vendor) => {}
                Some(home) => drop(seen.insert(*home)),
                None => wrong.push(format!("{path} names {vendor}, which lives in {homes:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let unused: Vec<_> = VENDORS.iter().filter(|home| !seen.contains(*home)).collect();
    assert!(unused.is_empty(), "these have moved: {unused:?}");
}

/// `vendor::` or `use vendor`, and not a module of ours that is called the same.
fn names_crate(code: &str, vendor: &str) -> bool {
    // `age` is also the name of the one file that uses it, reached by `super::age` from beside it.
    let ours = vendor == "age" && ["use super::age", "super::age::"].iter().any(|own| code.contains(own));
    !ours
        && code.match_indices(vendor).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            let starts = !before.is_some_and(|c| c.is_alphanumeric() || "_:\"'.-/".contains(c));
            starts && code[at + vendor.len()..].starts_with("::")
        })
}

#[test]
fn no_source_file_is_longer_than_400_lines() {
    let mut all = sources();
    all.extend(files("tests", &[".rs", ".ts"]));
    all.extend(files("benches", &[".rs"]));
    all.extend(files("web", &[".ts", ".svelte", ".js", ".css"]));
    let long: Vec<String> = all
        .into_iter()
        // Made from docs/openapi.json, not written.
        .filter(|path| path != "web/src/api/schema.ts")
        .map(|path| (text(&path).lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, path)| format!("{path}: {lines}"))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_module_says_what_it_guarantees() {
    for path in sources().into_iter().filter(|path| !code(path).is_empty()) {
        assert!(text(&path).starts_with("//!"), "{path} opens with nothing");
    }
}

#[test]
fn the_map_in_lib_rs_names_exactly_what_exists() {
    let lib = text("src/lib.rs");
    let map = lib.split("//! ```text\n").nth(1).expect("lib.rs has a map").split("//! ```").next().unwrap();
    let mut mapped = BTreeSet::new();
    for line in map.lines() {
        let line = line.trim_start_matches("//! ");
        // Names come first, two spaces before what they are.
        mapped.extend(line.split("  ").next().unwrap().split_whitespace().map(str::to_owned));
    }
    let on_disk: BTreeSet<String> = sources()
        .iter()
        .map(|path| word(path.strip_prefix("src/").unwrap()))
        .filter(|name| name != "lib")
        .collect();
    assert_eq!(mapped, on_disk);
    let declared: BTreeSet<String> =
        lib.lines().filter_map(|line| Some(word(line.strip_prefix("pub mod ")?))).collect();
    let mut expected = on_disk;
    expected.remove("main");
    assert_eq!(declared, expected);
}

#[test]
fn what_the_documents_name_exists() {
    let mut documents = files("docs", &[".md"]);
    documents.extend(["README.md".to_owned(), "CHANGELOG.md".to_owned()]);
    documents.extend(sources());
    documents.extend(files("tests", &[".md"]));
    let mut wrong = Vec::new();
    for document in documents.into_iter().filter(|path| root().join(path).exists()) {
        for named in named_in(&text(&document)) {
            if !exists(&named) {
                wrong.push(format!("{document} names {named}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Paths in backticks that begin with a folder of this repository.
fn named_in(text: &str) -> Vec<String> {
    let folders = ["src/", "web/src/", "tests/", "docs/", "benches/", "fuzz/", "systemd/", "web/build/"];
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|quoted| folders.iter().any(|folder| quoted.starts_with(folder)))
        .filter(|quoted| quoted.chars().all(|c| c.is_alphanumeric() || "/._-*".contains(c)))
        .map(str::to_owned)
        .collect()
}

fn exists(named: &str) -> bool {
    let path: PathBuf = root().join(named.trim_end_matches('/'));
    match named.rsplit_once('/') {
        // A whole kind of files.
        Some((folder, pattern)) if pattern.contains('*') => {
            let ending = pattern.trim_start_matches('*');
            std::fs::read_dir(root().join(folder)).is_ok_and(|entries| {
                entries.flatten().any(|entry| entry.file_name().to_string_lossy().ends_with(ending))
            })
        }
        _ => path.exists() || path.with_extension("rs").exists() || path.with_extension("ts").exists(),
    }
}

#[test]
fn formats_and_transfer_of_the_web_know_no_page() {
    let pages = ["/ui/", "/send/", "/receipt/", "/desk/", "/player/", "/text/", "svelte"];
    let dom = [
        "document.",
        "window.location",
        "window.addEventListener",
        "HTMLElement",
        "customElements",
        "localStorage",
        "sessionStorage",
    ];
    let mut wrong = Vec::new();
    for folder in ["web/src/sealed", "web/src/transfer"] {
        for path in files(folder, &[".ts"]) {
            for line in text(&path).lines() {
                let bare = line.split("//").next().unwrap().trim_start();
                let imported = ["from '", "import '", "import('"]
                    .iter()
                    .find_map(|start| bare.split_once(start))
                    .and_then(|(_, rest)| rest.split('\'').next());
                // `transfer/desk` is the desk's part of transfer, not the page of that name.
                let page = imported
                    .filter(|from| !from.starts_with("./"))
                    .is_some_and(|from| pages.iter().any(|page| from.contains(page)) && !of_transfer(from));
                let touches = dom.iter().any(|name| names(bare, name));
                if page || (touches && !bare.starts_with('*')) {
                    wrong.push(format!("{path}: {}", line.trim()));
                }
                if folder == "web/src/sealed" && imported.is_some_and(|from| from.contains("/transfer/")) {
                    wrong.push(format!("{path}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn of_transfer(from: &str) -> bool {
    from.contains("/transfer/desk") || from.starts_with("../desk/")
}

/// As a word of its own, not as the end of another.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_.".contains(c))
    })
}

#[test]
fn nothing_is_left_to_do_later() {
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["X", "XX"].concat(), ["HA", "CK"].concat()];
    let mut all = sources();
    all.extend(files("tests", &[".rs", ".ts"]));
    all.extend(files("benches", &[".rs"]));
    all.extend(files("web", &[".ts", ".svelte", ".js", ".css", ".html"]));
    all.extend(files("docs", &[".md"]));
    all.extend(["Makefile", "README.md", "Cargo.toml"].map(str::to_owned));
    let mut wrong = Vec::new();
    for path in all.into_iter().filter(|path| root().join(path).exists()) {
        for (number, line) in text(&path).lines().enumerate() {
            let found = |word: &String| {
                line.match_indices(word.as_str()).any(|(at, _)| {
                    let around = [line[..at].chars().next_back(), line[at + word.len()..].chars().next()];
                    !around.iter().flatten().any(|c| c.is_alphanumeric() || "_-".contains(*c))
                })
            };
            if words.iter().any(found) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
