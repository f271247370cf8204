//! The web files, as `make build` left them in `web/dist`, and their hashes: part of the binary, in debug
//! builds too. This is the manifest that `dewdrop verify` compares a server with, and it says under which
//! address and with which headers each file is served, so that the server and the comparison agree.

pub mod headers;

use crate::bytes;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;

/// Stands in a page where its own origin belongs: who previews a link wants whole addresses.
const ORIGIN: &str = "https://dewdrop.invalid";

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Files;

/// One file as it is served.
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of these bytes.
    pub hash: [u8; 32],
}

/// What a file is to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Page,
    Script,
    Worker,
    Style,
    Picture,
    Other,
}

/// Gives a film at the desk to the browser's player. Its name is fixed: browsers know it by its address.
const SERVICE_WORKER: &str = "desk/sw.js";

/// Encodings that have a compressed neighbour, the preferred one first, and how its name ends.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// Pages have one address each; `/u%23…` is `/u#…` as mail gateways write it.
const PAGES: [(&str, &[&str]); 4] = [
    ("u.html", &["/u", "/u%23"]),
    ("r.html", &["/r"]),
    ("desk.html", &["/desk/"]),
    ("nothing.html", &["/nothing"]),
];

/// The file at a path such as `desk.html` or `assets/u-3f2a.js.br`.
#[must_use]
pub fn get(path: &str) -> Option<Asset> {
    let file = Files::get(path)?;
    Some(Asset { hash: file.metadata.sha256_hash(), bytes: file.data })
}

/// All paths.
#[must_use]
pub fn paths() -> Vec<String> {
    let mut paths: Vec<String> = Files::iter().map(Cow::into_owned).collect();
    paths.sort();
    paths
}

/// The paths without the compressed neighbours.
#[must_use]
pub fn originals() -> Vec<String> {
    let all = paths();
    let neighbour = |path: &str| {
        ENCODINGS.iter().any(|(_, ending)| {
            let original = path.strip_suffix(ending).and_then(|path| path.strip_suffix('.'));
            original.is_some_and(|original| all.iter().any(|path| path == original))
        })
    };
    all.iter().filter(|path| !neighbour(path)).cloned().collect()
}

/// The bytes that a request is answered with, and their `Content-Encoding`. They are the same for every
/// visitor; a page that names its own address gets `origin` (`scheme://host[:port]`) filled in, and is sent
/// as it is, since its compressed neighbours do not know the origin.
#[must_use]
pub fn encoded(path: &str, accept_encoding: &str, origin: &str) -> Option<(Asset, Option<&'static str>)> {
    if let Some(page) = filled_in(path, origin) {
        return Some((page, None));
    }
    let takes =
        |name: &str| accept_encoding.split(',').any(|one| one.split(';').next().unwrap_or("").trim() == name);
    for (name, ending) in ENCODINGS {
        if takes(name)
            && let Some(asset) = get(&format!("{path}.{ending}"))
        {
            return Some((asset, Some(name)));
        }
    }
    Some((get(path)?, None))
}

/// The origin that a served page names as its own; none where the page names none, or is another page.
#[must_use]
pub fn named_origin<'a>(path: &str, served: &'a [u8]) -> Option<&'a str> {
    let built = get(path)?;
    let (before, _) = std::str::from_utf8(&built.bytes).ok()?.split_once(ORIGIN)?;
    let named = std::str::from_utf8(served).ok()?.strip_prefix(before)?;
    let host = named.find("://")? + 3;
    let end = host + named[host..].find(|c: char| !(c.is_ascii_alphanumeric() || ".-:[]".contains(c)))?;
    matches!(&named[..host], "https://" | "http://").then(|| &named[..end])
}

fn filled_in(path: &str, origin: &str) -> Option<Asset> {
    if !path.ends_with(".html") {
        return None;
    }
    let built = get(path)?;
    let text = std::str::from_utf8(&built.bytes).ok().filter(|text| text.contains(ORIGIN))?;
    let bytes = text.replace(ORIGIN, origin).into_bytes();
    Some(Asset { hash: Sha256::digest(&bytes).into(), bytes: bytes.into() })
}

/// Where a file is served; none for a page that only this program knows.
#[must_use]
pub fn addresses(path: &str) -> Vec<String> {
    match PAGES.iter().find(|(page, _)| *page == path) {
        Some((_, addresses)) => addresses.iter().map(|&address| address.to_owned()).collect(),
        None if path.ends_with(".html") => Vec::new(),
        None => vec![format!("/{path}")],
    }
}

/// What a file is, by its name.
#[must_use]
pub fn kind(path: &str) -> Kind {
    match ending(path) {
        "html" => Kind::Page,
        "js" | "mjs" if path == SERVICE_WORKER || path.contains("worker") => Kind::Worker,
        "js" | "mjs" | "wasm" => Kind::Script,
        "css" => Kind::Style,
        "svg" | "png" | "ico" | "jpg" | "webp" => Kind::Picture,
        _ => Kind::Other,
    }
}

/// Its `Content-Type`.
#[must_use]
pub fn content_type(path: &str) -> &'static str {
    match ending(path) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Its `Cache-Control`: names below `assets/` carry a hash of their content. A service worker that outlives
/// an update is one that nobody looked at.
#[must_use]
pub fn cache_control(path: &str) -> &'static str {
    match path {
        SERVICE_WORKER => "no-store",
        _ if path.starts_with("assets/") => "public, max-age=31536000, immutable",
        _ => "no-cache",
    }
}

/// Its `ETag`, of the bytes as they are sent.
#[must_use]
pub fn etag(asset: &Asset) -> String {
    format!("\"{}\"", bytes::encode(&asset.hash))
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://drop.example";

    #[test]
    fn a_page_names_its_own_address_and_nothing_else_is_filled_in() {
        for path in originals() {
            let (served, _) = encoded(&path, "identity", HERE).unwrap();
            let (built, text) = (get(&path).unwrap(), String::from_utf8_lossy(&served.bytes).into_owned());
            assert!(!text.contains(ORIGIN), "{path} names an address that is not there");
            if path == "u.html" {
                assert!(text.contains("\"https://drop.example/preview.png\""));
                assert_eq!(text.replace(HERE, ORIGIN).as_bytes(), &*built.bytes);
                assert_eq!(named_origin(&path, &served.bytes), Some(HERE));
                let script = text.replace(HERE, "javascript://x");
                assert_eq!(named_origin(&path, script.as_bytes()), None);
            } else {
                assert_eq!(served.hash, built.hash);
            }
        }
    }

    #[test]
    fn the_service_worker_is_a_worker_that_no_cache_keeps() {
        assert!(originals().contains(&SERVICE_WORKER.to_owned()));
        assert_eq!((kind(SERVICE_WORKER), cache_control(SERVICE_WORKER)), (Kind::Worker, "no-store"));
        assert_eq!(addresses(SERVICE_WORKER), ["/desk/sw.js"]);
    }

    #[test]
    fn every_file_has_an_address_and_neighbours_are_reached_by_their_encoding() {
        for path in originals() {
            assert!(!addresses(&path).is_empty(), "{path} is served nowhere");
            let (plain, none) = encoded(&path, "identity", ORIGIN).unwrap();
            assert_eq!((none, plain.hash), (None, get(&path).unwrap().hash));
            if path != "u.html" && get(&format!("{path}.br")).is_some() {
                assert_eq!(encoded(&path, "gzip, br;q=0.5", ORIGIN).unwrap().1, Some("br"));
                assert_eq!(encoded(&path, "gzip", ORIGIN).unwrap().1, Some("gzip"));
            }
        }
    }
}
