//! A submission as it is stored, for age's own tools: nothing is opened, so nothing is checked.

use super::delivery::sealed_manifest;
use super::desk::Desk;
use super::fetch::{FetchError, write_whole};
use super::partial::{Partial, Saved};
use super::retry::retry;
use crate::api::DeskSubmissionWhole;
use crate::ids::SubmissionId;
use std::path::Path;

const PIECE: u64 = 8 * 1024 * 1024;

/// What is heard while exporting.
pub enum Step<'a> {
    File { name: &'a str, size: u64 },
    Read(u64),
}

/// Writes `card.age`, `manifest.age` and a file `N.age` for each number. Answers where they are.
///
/// # Errors
/// [`FetchError`]
pub fn export(
    desk: &Desk,
    id: SubmissionId,
    folder: &Path,
    told: &mut dyn FnMut(Step<'_>),
) -> Result<Vec<Saved>, FetchError> {
    let whole: DeskSubmissionWhole = desk.get(&format!("/api/submissions/{id}"))?;
    let facts = &whole.submission;
    let mut written = vec![
        write_whole(folder, "card.age", &facts.card.0)?,
        write_whole(folder, "manifest.age", &sealed_manifest(desk, id)?)?,
    ];
    for (n, file) in &facts.files {
        let (path, name) = (format!("/api/submissions/{id}/files/{n}"), format!("{n}.age"));
        told(Step::File { name: &name, size: file.size });
        let mut partial = Partial::create(folder)?;
        let mut at = 0;
        while at < file.size {
            let range = at..file.size.min(at + PIECE);
            partial.write(&retry(|| desk.server.get_range(&path, &desk.token, &range))?)?;
            told(Step::Read(range.end - at));
            at = range.end;
        }
        written.push(partial.finish(folder, &name, file.size)?);
    }
    Ok(written)
}
