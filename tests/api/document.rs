//! The OpenAPI document says what the server does: the same calls as the route table, and the file in
//! `docs` is what the code makes.

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

#[test]
fn the_document_in_docs_is_what_the_code_makes() {
    let made = dewdrop::api::document();
    let path = "docs/openapi.json";
    if std::env::var_os("DEWDROP_RENEW").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &made).unwrap();
    }
    assert!(made == read(path), "{path} is not what src/api makes any more: run `make types` and commit");
}

/// `GET /api/links` and so on, from the lines of the route table.
fn routed() -> BTreeSet<String> {
    let table = read("src/http/mod.rs");
    let mut all = BTreeSet::new();
    // A long line is broken after the bracket.
    for entry in table.split(".route(").skip(1) {
        let entry = entry.trim_start();
        let (path, rest) = entry.strip_prefix('"').unwrap().split_once('"').unwrap();
        let rest = rest.trim_start_matches([',', ' ', '\n']);
        let method = rest.strip_prefix("web::").unwrap_or(rest).split('(').next().unwrap();
        // `read()` is GET, with HEAD as its shadow.
        let method = if method == "read" { "get" } else { method };
        all.insert(format!("{} {}", method.to_uppercase(), without_patterns(path)));
    }
    all
}

/// `/u{mangled:.*}` is `/u{mangled}`.
fn without_patterns(path: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0;
    let mut pattern = false;
    for c in path.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ':' if depth == 1 => pattern = true,
            _ => {}
        }
        pattern &= depth > 0;
        if !pattern && (depth < 2) {
            plain.push(c);
        }
    }
    plain
}

fn documented() -> BTreeSet<String> {
    let document: serde_json::Value = serde_json::from_str(&dewdrop::api::document()).unwrap();
    let mut all = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        all.extend(
            item.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    all
}

#[test]
fn every_route_is_in_the_document_and_nothing_else_is() {
    let (routed, documented) = (routed(), documented());
    assert!(
        routed.contains("PATCH /api/receipt/files/{n}") && routed.contains("GET /u{mangled}"),
        "{routed:?}"
    );
    let missing: Vec<_> = routed.difference(&documented).collect();
    assert!(missing.is_empty(), "routes without a line in src/api/calls.rs: {missing:?}");
    let invented: Vec<_> = documented.difference(&routed).collect();
    assert!(invented.is_empty(), "lines of src/api/calls.rs without a route: {invented:?}");
}

#[test]
fn every_type_that_the_document_names_is_in_it() {
    let document = dewdrop::api::document();
    let parsed: serde_json::Value = serde_json::from_str(&document).unwrap();
    for named in document.split("\"#/components/schemas/").skip(1) {
        let name = named.split('"').next().unwrap();
        assert!(parsed["components"]["schemas"][name].is_object(), "{name} is named and not described");
    }
}

/// The lines of the `bash` blocks of a document.
fn shell_lines(path: &str) -> Vec<String> {
    let text = read(path);
    let blocks = text.split("```bash\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

#[test]
fn what_operators_are_told_to_type_is_what_the_program_knows() {
    let lines = shell_lines("docs/operate.md");
    let told: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split_once("runuser -u dewdrop -- dewdrop "))
        .map(|(_, told)| told)
        .collect();
    assert!(told.len() >= 5, "{told:?}");
    for line in told {
        let words: Vec<&str> = line.split([' ', '<', '>']).filter(|word| !word.is_empty()).collect();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dewdrop"));
        let help = command.args([words[0], "--help"]).output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        assert!(help.contains("Usage: dewdrop"), "{line}: {help}");
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "{line}: {flag} is unknown");
        }
    }
}
