//! The web files, as `make build` left them in `web/dist`, and their hashes: part of the binary, in debug
//! builds too.

use rust_embed::RustEmbed;
use std::borrow::Cow;

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
