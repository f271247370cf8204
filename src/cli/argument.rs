//! A LINK or URL on the command line: itself, `-` for stdin, or `@FILE`, because process lists show
//! arguments to everyone on the machine.

use crate::ids::SubmissionId;
use anyhow::Context as _;
use std::fs::File;
use std::io::{self, Read};
use zeroize::Zeroizing;

const MOST: u64 = 64 * 1024;

/// The text that `argument` stands for.
pub(super) fn text(argument: &str) -> anyhow::Result<Zeroizing<String>> {
    match argument.strip_prefix('@') {
        Some(path) => {
            read(File::open(path).with_context(|| path.to_owned())?).with_context(|| path.to_owned())
        }
        None if argument == "-" => read(io::stdin()).context("stdin"),
        None => Ok(Zeroizing::new(argument.to_owned())),
    }
}

/// The id of a submission. One may begin like a flag; what only looks like a flag is said to be unknown.
pub(super) fn submission(text: &str) -> Result<SubmissionId, String> {
    text.parse().map_err(|error| match text.strip_prefix("--") {
        Some(_) => "neither a flag of this command nor an id; see --help".to_owned(),
        None => format!("{error}"),
    })
}

/// At most 64 KiB of text.
pub(super) fn read(source: impl Read) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    source.take(MOST + 1).read_to_string(&mut text)?;
    anyhow::ensure!(text.len() as u64 <= MOST, "longer than 64 KiB");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_like_a_flag_is_said_to_be_unknown() {
        assert!(submission("--AAAAAAAAAAAAAAAAAAAA").is_ok());
        assert_eq!(
            submission("--bogus").unwrap_err(),
            "neither a flag of this command nor an id; see --help"
        );
        assert!(submission("bogus").unwrap_err().contains("base64url"));
    }

    #[test]
    fn a_file_or_the_text_itself_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link");
        std::fs::write(&path, "https://a/u#b.c\n").unwrap();
        assert_eq!(text(&format!("@{}", path.display())).unwrap().trim(), "https://a/u#b.c");
        assert_eq!(text("https://a").unwrap().as_str(), "https://a");
        assert!(text("@/nowhere/at/all").is_err());
        std::fs::write(&path, vec![b'x'; 70_000]).unwrap();
        assert!(text(&format!("@{}", path.display())).is_err());
    }
}
