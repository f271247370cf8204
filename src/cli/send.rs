//! `dewdrop send LINK FILE…`: send files and answers through a link, without an account.

use super::progress::Progress;
use super::{argument, date, now, print, shown};
use crate::client::{link, send};
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::path::PathBuf;

/// Send files and answers through a link
#[derive(Args)]
pub(super) struct Send {
    /// The link, `-` for stdin, or `@FILE`
    link: String,
    /// What to send
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A file that a question asks for
    #[arg(long = "for", value_name = "QUESTION=FILE", value_parser = asked)]
    asked: Vec<(String, PathBuf)>,
    /// JSON from question id to answer
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Your name, for the receiver
    #[arg(long, value_name = "NAME", default_value = "")]
    from: String,
    /// Agree to the link's notice, in its words
    #[arg(long)]
    agree: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Send {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let answers = match &self.answers {
            Some(path) => {
                let name = || path.display().to_string();
                send::read_answers(&fs::read(path).with_context(name)?).with_context(name)?
            }
            None => send::Answers::new(),
        };
        let opened = link::open(&argument::text(&self.link)?)?;
        let invitation = &opened.invitation;
        eprintln!("To {} at {}.", shown(&invitation.from), opened.server.host());
        if !invitation.notice.is_empty() && !self.agree {
            eprintln!("Not agreed to (use --agree): {}", shown(&invitation.notice));
        }
        let mut progress: Option<Progress> = None;
        let wish = send::Wish {
            files: &self.files,
            asked: &self.asked,
            answers,
            agrees: self.agree,
            sender: self.from.trim(),
            now: now(),
        };
        let sent = send::send(&opened, wish, &mut |step| match step {
            send::Step::File { name, sealed_size } => progress = Some(Progress::new(name, sealed_size)),
            send::Step::Sent(bytes) => {
                if let Some(progress) = &progress {
                    progress.add(bytes);
                }
            }
        })?;
        drop(progress);
        if self.json {
            print(serde_json::json!({
                "submission": sent.submission,
                "receipt": *sent.receipt,
                "erases_at": sent.erases_at,
            }))?;
        } else {
            print(sent.receipt.as_str())?;
            eprintln!(
                "Received. Erased by {}. The address above is your receipt.",
                date::words(sent.erases_at)
            );
        }
        Ok(())
    }
}

/// A question's id and its file. An id holds no `=`, a path may.
fn asked(text: &str) -> Result<(String, PathBuf), String> {
    let (id, path) = text.split_once('=').ok_or("write it as QUESTION=FILE")?;
    Ok((id.to_owned(), PathBuf::from(path)))
}
