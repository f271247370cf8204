//! `dewdrop list`: what was received, and the links that wait.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{date, now, print, shown};
use crate::client::list::{Label, Link, Submission, lists};
use crate::time::Time;
use clap::Args;

/// List submissions and links
#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let (desk, unlocked) = profile.unlocked(&self.passphrase)?;
        let lists = lists(&desk, &unlocked)?;
        if self.json {
            print(serde_json::to_value(&lists)?)?;
            return Ok(());
        }
        let now = now();
        for one in &lists.submissions {
            let saved = one.files.iter().filter(|file| file.saved_at.is_some()).count();
            let (of, label, end) = (one.files.len(), label(&one.label), submission_end(one, now));
            let replied = if one.replied_at.is_some() { "  replied" } else { "" };
            print(format!("received  {}  {label}  {saved} of {of} files saved{replied}  {end}", one.id))?;
        }
        for one in &lists.links {
            let (left, of, end) = (one.uses_left, one.uses, link_end(one));
            let (state, label) = (one.state.word(), label(&one.label));
            print(format!("{state:8}  {}  {label}  {left} of {of} uses left  {end}", one.id))?;
        }
        match lists.unreadable {
            0 => {}
            1 => eprintln!("1 thing could not be read: it is damaged on the server."),
            n => eprintln!("{n} things could not be read: they are damaged on the server."),
        }
        if lists.submissions.is_empty() && lists.links.is_empty() {
            eprintln!("Nothing is here. Make a link with `dewdrop link`.");
        }
        Ok(())
    }
}

fn label(label: &Label) -> String {
    match (&label.label, &label.refused) {
        (Some(label), _) if label.is_empty() => "(no label)".to_owned(),
        (Some(label), _) => shown(label),
        (None, refused) => format!("[refused: {}]", refused.as_deref().unwrap_or_default()),
    }
}

/// When it is gone; `being erased` when that was asked for, or its time is over.
fn submission_end(one: &Submission, now: Time) -> String {
    if one.asked || one.erases_at <= now {
        return "being erased".to_owned();
    }
    format!("will be erased on {}", date::words(one.erases_at))
}

/// When nothing can be sent by it any more.
fn link_end(one: &Link) -> String {
    match one.ended_at {
        Some(ended_at) => format!("ended on {}", date::words(ended_at)),
        None => format!("closes on {}", date::words(one.closes_at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::LinkState;
    use crate::ids::{LinkId, SubmissionId};
    use crate::time::Span;

    fn nobody() -> Label {
        Label { label: None, refused: None }
    }

    #[test]
    fn what_is_over_is_told_as_over_and_what_will_be_as_what_will_be() {
        let received = |asked| Submission {
            id: SubmissionId([1; 16]),
            link: LinkId([2; 16]),
            label: nobody(),
            received_at: Time(0),
            erases_at: Time(86400),
            opened_at: None,
            asked,
            replied_at: None,
            files: Vec::new(),
        };
        assert_eq!(submission_end(&received(false), Time(86399)), "will be erased on 1970-01-02 00:00 UTC");
        for (asked, now) in [(true, 5), (false, 86400)] {
            assert_eq!(submission_end(&received(asked), Time(now)), "being erased");
        }
        let link = |ended_at| Link {
            id: LinkId([2; 16]),
            state: LinkState::Open,
            label: nobody(),
            created_at: Time(0),
            closes_at: Time(86400),
            ended_at,
            retention: Span::DAY,
            uses: 1,
            uses_left: 1,
            receiving: Vec::new(),
        };
        assert_eq!(link_end(&link(None)), "closes on 1970-01-02 00:00 UTC");
        assert_eq!(link_end(&link(Some(Time(60)))), "ended on 1970-01-01 00:01 UTC");
    }
}
