//! Where a passphrase comes from: a file, a descriptor, or the person at the terminal. Never an
//! argument, never the environment.

use super::argument;
use crate::client::desk::Passphrase;
use anyhow::Context as _;
use clap::Args;
use std::fs::File;
use std::path::PathBuf;

/// Bits below which a new passphrase is refused.
const WEAKEST: f64 = 50.0;

#[derive(Args)]
#[group(multiple = false)]
pub(super) struct PassphraseSource {
    /// Read the passphrase from a file; one line end is dropped
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open descriptor
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
}

impl PassphraseSource {
    /// The passphrase of an account that there is.
    pub(super) fn read(&self) -> anyhow::Result<Passphrase> {
        self.given()?.map_or_else(|| asked("Passphrase: "), Ok)
    }

    /// A new passphrase of at least 50 bits; a person types it twice.
    pub(super) fn choose(&self) -> anyhow::Result<Passphrase> {
        if let Some(given) = self.given()? {
            strong(&given)?;
            return Ok(given);
        }
        let first = asked("New passphrase: ")?;
        strong(&first)?;
        let again = asked("The same again: ")?;
        anyhow::ensure!(first.reveal() == again.reveal(), "the two passphrases differ");
        Ok(first)
    }

    fn given(&self) -> anyhow::Result<Option<Passphrase>> {
        let path = match (&self.passphrase_file, self.passphrase_fd) {
            (Some(path), _) => path.clone(),
            (None, Some(fd)) => PathBuf::from(format!("/dev/fd/{fd}")),
            (None, None) => return Ok(None),
        };
        let name = || path.display().to_string();
        let text = argument::read(File::open(&path).with_context(name)?).with_context(name)?;
        Ok(Some(Passphrase::from_file(&text)))
    }
}

fn asked(prompt: &str) -> anyhow::Result<Passphrase> {
    let typed = rpassword::prompt_password(prompt)
        .context("no terminal to ask for the passphrase; use --passphrase-file or --passphrase-fd")?;
    Ok(Passphrase::new(&zeroize::Zeroizing::new(typed)))
}

fn strong(passphrase: &Passphrase) -> anyhow::Result<()> {
    let bits = zxcvbn::zxcvbn(passphrase.reveal(), &[]).guesses_log10() / 2f64.log10();
    anyhow::ensure!(
        bits >= WEAKEST,
        "this passphrase has about {bits:.0} bits, at least {WEAKEST:.0} are needed; six or seven random words do"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guessable_passphrase_is_refused() {
        for weak in ["", "password", "correct horse", "Summer2026!"] {
            assert!(strong(&Passphrase::new(weak)).is_err(), "{weak}");
        }
        assert!(strong(&Passphrase::new("moss lantern orbit velvet cactus harbor plum")).is_ok());
    }

    #[test]
    fn a_file_gives_it_without_its_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p");
        std::fs::write(&path, "moss lantern\n").unwrap();
        let source = PassphraseSource { passphrase_file: Some(path), passphrase_fd: None };
        assert_eq!(source.read().unwrap().reveal(), "moss lantern");
        assert!(source.choose().is_err());
    }
}
