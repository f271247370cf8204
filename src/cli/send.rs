//! `dewdrop send LINK FILE…`: send files and answers through a link, without an account; `--continue` what
//! was begun, or `--forget` it.

use super::profile::Profile;
use super::progress::Sending;
use super::{argument, begun, date, duration, now, print, shown, stopping};
use crate::client::begun::Through;
use crate::client::http::HttpError;
use crate::client::leftovers::{self, Forgotten};
use crate::client::patience::Patience;
use crate::client::stages::Stages;
use crate::client::standing::Standing;
use crate::client::{link, resume, send};
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Send files and answers through a link
///
/// While files are sealed, the sealed bytes are kept in the profile folder until they have arrived. Once
/// everything is sealed, a lost network, Ctrl-C or a power cut ends in `dewdrop send --continue`, which needs
/// neither LINK nor the files.
#[derive(Args)]
pub(super) struct Send {
    /// The link, `-` for stdin, or `@FILE`; with --continue or --forget also the ID of what was begun
    #[arg(required_unless_present_any = ["again", "forget"])]
    link: Option<String>,
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
    /// Go on with what was begun and has not arrived, from where the server has it
    #[arg(long = "continue", conflicts_with_all = NEW)]
    again: bool,
    /// Erase what was begun and has not arrived, here and at the server
    #[arg(long, conflicts_with_all = NEW, conflicts_with = "again")]
    forget: bool,
    /// Keep nothing on this machine: seal while sending; then it can not be continued later
    #[arg(long)]
    keep_nothing: bool,
    /// End with an error when nothing has got through for so long, such as 10m; without, it waits
    #[arg(long, value_name = "DURATION", value_parser = duration::any)]
    give_up_after: Option<Duration>,
    /// Make a request again when no byte of it has moved for so long
    #[arg(long, value_name = "DURATION", value_parser = duration::any, default_value = "45s")]
    stall_after: Duration,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What belongs to a new submission only.
const NEW: [&str; 6] = ["files", "asked", "answers", "from", "agree", "keep_nothing"];

impl Send {
    pub(super) fn run(self, profile: anyhow::Result<Profile>) -> anyhow::Result<()> {
        if self.forget {
            return self.forgets(&profile?.stages());
        }
        let standing = Arc::<Standing>::default();
        stopping::with_words(Arc::clone(&standing));
        let sent = if self.again {
            self.continues(&profile?.stages(), &standing)
        } else {
            let stages = profile.ok().filter(|_| !self.keep_nothing).map(|profile| profile.stages());
            self.begins(stages.as_ref(), &standing)
        };
        let sent = sent.inspect_err(|error| {
            if error.downcast_ref().is_some_and(send::SendError::may_go_on) {
                eprintln!("{}", stopping::words(standing.get()));
            }
        })?;
        if self.json {
            return print(serde_json::json!({
                "submission": sent.submission,
                "receipt": *sent.receipt,
                "erases_at": sent.erases_at,
            }));
        }
        print(sent.receipt.as_str())?;
        eprintln!("Received. Erased by {}. The address above is your receipt.", date::words(sent.erases_at));
        Ok(())
    }

    fn begins(&self, stages: Option<&Stages>, standing: &Arc<Standing>) -> anyhow::Result<send::Sent> {
        let answers = match &self.answers {
            Some(path) => {
                let name = || path.display().to_string();
                send::read_answers(&fs::read(path).with_context(name)?).with_context(name)?
            }
            None => send::Answers::new(),
        };
        let text = argument::text(self.link.as_deref().unwrap_or_default())?;
        let (mut sending, kept) = (Sending::default(), stages.is_some());
        let mut waits = |error: &_| tell(&mut sending, kept, &send::Step::Waiting(error));
        let opened = link::open(&text, &mut Patience::new(self.give_up_after), &mut waits)?;
        sending.goes_on();
        if let Some(stages) = stages {
            leftovers::sweep(stages, now());
            if begun::waiting(stages, &Through::link(&text)?) > 0 {
                eprintln!(
                    "Something else was begun through this link and has not arrived: \
                     `dewdrop send --continue` goes on with it, `--forget` erases it."
                );
            }
        }
        let invitation = &opened.invitation;
        eprintln!("To {} at {}.", shown(&invitation.from), opened.server.host());
        if !invitation.notice.is_empty() && !self.agree {
            eprintln!("Not agreed to (use --agree): {}", shown(&invitation.notice));
        }
        let wish = send::Wish {
            files: &self.files,
            asked: &self.asked,
            answers,
            agrees: self.agree,
            sender: self.from.trim(),
            now: now(),
        };
        let manner = self.manner(stages, standing);
        Ok(send::send(&opened, wish, &manner, &mut |step| tell(&mut sending, kept, &step))?)
    }

    fn continues(&self, stages: &Stages, standing: &Arc<Standing>) -> anyhow::Result<send::Sent> {
        let entry = begun::picked(stages, self.link.as_deref(), "--continue")?;
        let mut sending = Sending::default();
        let manner = self.manner(Some(stages), standing);
        Ok(resume::resume(entry, &manner, now(), &mut |step| tell(&mut sending, true, &step))?)
    }

    fn forgets(&self, stages: &Stages) -> anyhow::Result<()> {
        if self.link.is_none() && begun::erases_damaged(stages)? > 0 && stages.ids()?.is_empty() {
            return Ok(());
        }
        let entry = begun::picked(stages, self.link.as_deref(), "--forget")?;
        let id = entry.begun.submission;
        let done = leftovers::forget(&entry)?;
        let (server, receipt) = match &done {
            Forgotten::Everywhere => (true, None),
            Forgotten::Here => (false, None),
            Forgotten::Received(receipt) => (false, Some(receipt.as_str())),
        };
        if self.json {
            return print(serde_json::json!({"forgotten": id, "at_server": server, "receipt": receipt}));
        }
        match receipt {
            Some(receipt) => {
                eprintln!("It had been received; nothing is kept here any more. This is its receipt:");
                print(receipt)?;
            }
            None if server => eprintln!("Erased, here and at the server."),
            None => eprintln!(
                "Erased here. The server could not be asked; it erases what it has a day after the last byte."
            ),
        }
        Ok(())
    }

    fn manner<'a>(&self, stages: Option<&'a Stages>, standing: &Arc<Standing>) -> send::Manner<'a> {
        send::Manner {
            stages,
            stall: self.stall_after,
            give_up_after: self.give_up_after,
            standing: Arc::clone(standing),
        }
    }
}

fn tell(sending: &mut Sending, kept: bool, step: &send::Step<'_>) {
    match *step {
        send::Step::File { name, sealed_size, sent } => sending.file(name, sealed_size, sent),
        send::Step::Sent(bytes) => sending.sent(bytes),
        send::Step::Waiting(HttpError::Unreachable(why)) => {
            sending.waits(&format!("No connection; goes on by itself ({why})."));
        }
        send::Step::Waiting(error) => sending.waits(&format!("Waiting; goes on by itself ({error}).")),
        send::Step::GoesOn => sending.goes_on(),
        send::Step::Safe => sending.says(
            "Everything is sealed here: if this is interrupted, `dewdrop send --continue` goes on without the files.",
        ),
        send::Step::Unkept if kept => sending.says(
            "There is no room here to keep what is sealed: do not move or change the files until it has arrived.",
        ),
        send::Step::Unkept => {}
        send::Step::SealsAnew(files) => sending.says(&format!(
            "Sealing had not ended: {files} {} read again and sealed anew, under new keys.",
            if files == 1 { "file is" } else { "files are" }
        )),
    }
}

/// A question's id and its file. An id holds no `=`, a path may.
fn asked(text: &str) -> Result<(String, PathBuf), String> {
    let (id, path) = text.split_once('=').ok_or("write it as QUESTION=FILE")?;
    Ok((id.to_owned(), PathBuf::from(path)))
}
