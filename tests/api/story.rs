//! The whole story: set up, ask, send, open, gone.

use crate::raw::answer;
use crate::sender::{Client, receipt, receipt_bearer, video};
use crate::trainer::{DISPLAY, PASSPHRASE, Trainer};
use crate::world::{World, until};
use dewdrop::api::{ErasedBy, LinkState, SubmissionState};
use dewdrop::client::desk::{Passphrase, unlock};
use dewdrop::client::new_link::Wish;
use dewdrop::sealed::form::Form;
use dewdrop::time::{Span, Time};
use reqwest::Method;

const TEMPLATE: &str = r#"{"id":"form-check","greeting":"Film it from the side.","instructions":"Two sets.",
    "questions":[{"id":"pain","kind":"yes-no","text":"Does it hurt?","help":"","required":true,"choices":[]},
                 {"id":"where","kind":"short","text":"Where?","help":"","required":false,"choices":[]}],
    "notice":"Mara watches this and nobody else."}"#;

#[test]
fn a_video_reaches_the_trainer_and_is_gone_at_its_instant() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let template = Form::read(TEMPLATE.as_bytes()).unwrap();
    let made = trainer.makes_with(Wish {
        label: "Ada, left knee".into(),
        retention: Span::DAY,
        closes_at: world.now() + Span::DAY,
        uses: 1,
        template,
    });

    // The link says what was asked, however often it is looked at.
    let client = Client::new();
    client.opens(&made.link.reveal()).unwrap();
    let link = client.opens(&made.link.reveal()).unwrap();
    assert_eq!((link.invitation.from.as_str(), link.invitation.questions.len()), (DISPLAY, 2));
    let waiting = trainer.lists().links.remove(0);
    assert_eq!((waiting.state, waiting.uses_left), (LinkState::Open, 1));
    assert_eq!(waiting.label.label.as_deref(), Some("Ada, left knee"));

    // It is sent, and the link is spent.
    let film = video(1, 3_300_000);
    let answers = serde_json::from_str(r#"{"pain":true,"where":"below the cap"}"#).unwrap();
    let files = [("squat.mp4", film.as_slice()), ("note.txt", b"tape, not brace")];
    let sent = client.sends(&link, &files, answers, world.now()).unwrap();
    assert_eq!(sent.erases_at, world.now() + Span::DAY);
    let bearer = receipt_bearer(&sent.receipt);
    let told = receipt(world.origin(), &bearer);
    assert_eq!((told.state, told.opened_at), (SubmissionState::Received, None));
    assert!(client.opens(&made.link.reveal()).is_err());

    // It is opened, checked, saved under its name, and the receipt says so.
    world.waits(Span::HOUR);
    let listed = trainer.lists().submissions.remove(0);
    assert_eq!((listed.id, listed.label.label.as_deref()), (sent.submission, Some("Ada, left knee")));
    let delivery = trainer.opens(sent.submission).unwrap();
    assert_eq!(delivery.answers()["answers"][1]["answer"], "below the cap");
    assert_eq!(delivery.manifest.consent.as_ref().unwrap().text, "Mara watches this and nobody else.");
    let saved = trainer.saves(&delivery).unwrap();
    assert_eq!(saved[0].file_name().unwrap(), "squat.mp4");
    assert!(std::fs::read(&saved[0]).unwrap() == film);
    assert_eq!(std::fs::read(&saved[1]).unwrap(), b"tape, not brace");
    let told = receipt(world.origin(), &bearer);
    assert_eq!(told.opened_at, Some(world.now()));
    assert!(told.files.values().all(|file| file.saved_at == Some(world.now())));

    // Everything is there until the last second, and nothing from the next on.
    let reads = |path: &str| trainer.gets(&format!("/api/submissions/{}{path}", sent.submission)).status;
    let all = ["", "/manifest", "/files/0", "/files/1"];
    world.clock().set(Time(sent.erases_at.0 - 1));
    assert_eq!((all.map(reads), trainer.received_ids()), ([200; 4], vec![sent.submission]));
    world.clock().set(sent.erases_at);
    assert_eq!((all.map(reads), trainer.received_ids()), ([404; 4], vec![]));
    for mark in ["/opened", "/files/0/saved", "/keep"] {
        let path = format!("/api/submissions/{}{mark}", sent.submission);
        answer(trainer.request(Method::POST, &path)).refuses(404, "not-available");
    }

    // The receipt does not say that it is erased before it is.
    let told = receipt(world.origin(), &bearer);
    assert_eq!((told.state, told.erased_at), (SubmissionState::Received, None));
    assert!(world.has_key_on_disk(sent.submission) && world.blobs_of(sent.submission).exists());
    world.sweeps();
    let told = receipt(world.origin(), &bearer);
    assert_eq!((told.state, told.by), (SubmissionState::Erased, Some(ErasedBy::Expiry)));
    assert_eq!((told.erased_at, told.expires_at), (Some(sent.erases_at), None));

    // Key, bytes, records and every way to find them are gone.
    assert!(!world.store().has_slot(sent.submission.into()) && !world.has_key_on_disk(sent.submission));
    assert!(!world.blobs_of(sent.submission).exists());
    for tree in ["submissions", "submission-by-receipt", "submission-by-link", "submission-by-reader"] {
        assert_eq!(world.count(tree), 0, "{tree}");
    }
    assert_eq!((world.count("links"), world.count("erasing"), world.count("tombstones")), (0, 0, 2));
    // What is still due are the session and the two tombstones.
    assert_eq!(world.count("by_expiry"), 3);
    let left = world.sweeps();
    assert_eq!((left.submissions, left.links, left.again), (0, 0, None), "a pass can be repeated");
}

#[test]
fn the_server_erases_by_itself_what_is_due() {
    let world = World::by_itself();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("one", 1, world.now());
    let client = Client::new();
    let link = client.opens(&made.link.reveal()).unwrap();
    let sent =
        client.sends(&link, &[("a.mp4", &video(2, 100_000))], Default::default(), world.now()).unwrap();
    // The link that was used up goes at once, though it still tells its holder why.
    until("the spent link is erased", || (!world.store().has_slot(made.id.into())).then_some(()));
    let refused = client.opens(&made.link.reveal()).err().unwrap().to_string();
    assert_eq!(refused, "this link was already used; ask for a new one");
    // What a reader asked for goes ten seconds of boot time later.
    trainer.erases(sent.submission).succeeds();
    world.waits(Span(10));
    // It looks at its clock again when something happens.
    trainer.asks("two", world.now());
    let bearer = receipt_bearer(&sent.receipt);
    let told = until("it is erased", || {
        let told = receipt(world.origin(), &bearer);
        (told.state == SubmissionState::Erased).then_some(told)
    });
    assert_eq!(told.by, Some(ErasedBy::Reader));
    assert!(!world.blobs_of(sent.submission).exists());
}

#[test]
fn answers_alone_are_a_submission() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let template = Form::read(TEMPLATE.as_bytes()).unwrap();
    let (retention, closes_at) = (Span::HOUR, world.now() + Span::HOUR);
    let made = trainer.makes_with(Wish { label: "words".into(), retention, closes_at, uses: 1, template });
    let client = Client::new();
    let link = client.opens(&made.link.reveal()).unwrap();
    let answers = serde_json::from_str(r#"{"pain":false}"#).unwrap();
    let sent = client.sends(&link, &[], answers, world.now()).unwrap();
    let delivery = trainer.opens(sent.submission).unwrap();
    assert_eq!(delivery.answers()["answers"][0]["answer"], false);
    assert!(dewdrop::client::list::is_saved(&trainer.received()[0]));
}

#[test]
fn the_vault_opens_with_the_passphrase_and_with_no_other() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let sealed = trainer.desk.vault().unwrap();
    let unlocked = unlock(&sealed, &Passphrase::new(PASSPHRASE)).unwrap();
    assert_eq!(unlocked.identity.recipient(), trainer.unlocked.identity.recipient());
    assert_eq!(unlocked.vault.display_name, DISPLAY);
    assert!(unlock(&sealed, &Passphrase::new("another")).is_err());
}
