//! A review is read whole by whom it is for, or refused.

use super::*;
use crate::sealed::link::ReceiptSecret;
use proptest::prelude::*;

struct Scene {
    link: Identity,
    sender: Identity,
    fingerprint: Fingerprint,
}

fn scene() -> Scene {
    let link = Identity::random();
    let fingerprint = Fingerprint::of(&link.recipient());
    Scene { link, sender: ReceiptSecret::random().reply_identity(), fingerprint }
}

fn review() -> Review {
    let note = Note {
        id: "n1".to_owned(),
        file: Some(0),
        at: Some(12_400),
        text: "Hips first".to_owned(),
        drawing: None,
        part: Some(0),
    };
    let part = |kind: &str, bytes: &[u8]| Part { kind: kind.to_owned(), bytes: bytes.to_vec() };
    Review {
        submission: SubmissionId([2; 16]),
        written_at: Time(1_790_000_000),
        text: "Well done".to_owned(),
        notes: vec![note],
        parts: vec![part("audio/webm", b"voice"), part("video/mp4", b"film")],
    }
}

impl Scene {
    fn reply(&self) -> Vec<u8> {
        write_reply(&review(), &self.link, &self.sender.recipient()).unwrap().to_vec()
    }

    fn reads(&self, plain: &[u8]) -> Result<Review, ReplyError> {
        read_reply(plain, review().submission, &self.sender, &self.fingerprint)
    }
}

#[test]
fn a_reply_is_read_by_its_sender_and_notes_by_the_trainer() {
    let scene = scene();
    assert_eq!(scene.reads(&scene.reply()), Ok(review()));
    let notes = write_notes(&review(), &scene.link).unwrap();
    assert_eq!(read_notes(&notes, review().submission, &scene.link), Ok(review()));
}

#[test]
fn one_is_never_taken_for_the_other() {
    let scene = scene();
    let notes = write_notes(&review(), &scene.link).unwrap();
    assert_eq!(scene.reads(&notes), Err(ReplyError::Tag));
    assert_eq!(read_notes(&scene.reply(), review().submission, &scene.link), Err(ReplyError::Tag));
    // Notes under the key of a reply: what a tag says of itself counts too.
    let key = reply_key(&scene.link, &scene.sender.recipient()).unwrap();
    let posing = write(&review(), Kind::Notes, &scene.link.recipient(), &key).unwrap();
    assert_eq!(scene.reads(&posing), Err(ReplyError::Malformed));
}

#[test]
fn another_link_submission_or_sender_is_refused() {
    let (mine, other) = (scene(), scene());
    let sent = mine.reply();
    let elsewhere = SubmissionId([3; 16]);
    assert_eq!(read_reply(&sent, elsewhere, &mine.sender, &mine.fingerprint), Err(ReplyError::Submission));
    assert_eq!(
        read_reply(&sent, review().submission, &mine.sender, &other.fingerprint),
        Err(ReplyError::Recipient)
    );
    assert_eq!(
        read_reply(&sent, review().submission, &other.sender, &mine.fingerprint),
        Err(ReplyError::Tag)
    );
    let notes = write_notes(&review(), &mine.link).unwrap();
    assert_eq!(read_notes(&notes, review().submission, &other.link), Err(ReplyError::Recipient));
}

#[test]
fn who_does_not_hold_the_links_identity_writes_no_reply() {
    let (mine, forger) = (scene(), Identity::random());
    let key = reply_key(&forger, &mine.sender.recipient()).unwrap();
    let forged = write(&review(), Kind::Reply, &mine.link.recipient(), &key).unwrap();
    assert_eq!(mine.reads(&forged), Err(ReplyError::Tag));
    let own = write_reply(&review(), &forger, &mine.sender.recipient()).unwrap();
    assert_eq!(mine.reads(&own), Err(ReplyError::Recipient));
}

#[test]
fn a_recipient_of_low_order_gets_no_reply() {
    let zero: Recipient = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z".parse().unwrap();
    let refused = write_reply(&review(), &Identity::random(), &zero).err();
    assert_eq!(refused, Some(ReplyError::SharedSecret));
}

#[test]
fn parts_that_do_not_add_up_are_refused() {
    let scene = scene();
    let sent = scene.reply();
    let longer = [&sent[..], b"x"].concat();
    let mut other = sent.clone();
    *other.last_mut().unwrap() ^= 1;
    for changed in [&sent[..sent.len() - 1], &sent[..sent.len() - 9], &longer, &other] {
        assert_eq!(scene.reads(changed), Err(ReplyError::Parts));
    }
}

#[test]
fn what_is_too_much_is_not_written() {
    let scene = scene();
    let part = |kind: &str, len| Part { kind: kind.to_owned(), bytes: vec![0; len] };
    let to = scene.sender.recipient();
    for (parts, refused) in [
        (vec![part("text/html", 1)], ReplyError::Malformed),
        (vec![part("audio/webm", 0)], ReplyError::Malformed),
        (vec![part("audio/webm", 1); MOST_PARTS + 1], ReplyError::Malformed),
        (vec![part("audio/webm", 32 << 20)], ReplyError::TooLarge),
    ] {
        let review = Review { parts, notes: Vec::new(), ..review() };
        assert_eq!(write_reply(&review, &scene.link, &to).err(), Some(refused));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_changed_byte_passes(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let scene = scene();
        let mut sent = scene.reply();
        let at = at.index(sent.len());
        sent[at] ^= 1 << bit;
        prop_assert!(scene.reads(&sent).is_err());
    }

    #[test]
    fn no_beginning_passes(end in any::<prop::sample::Index>()) {
        let scene = scene();
        let sent = scene.reply();
        prop_assert!(scene.reads(&sent[..end.index(sent.len())]).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..5000), length in 0u64..9000) {
        let scene = scene();
        let _ = scene.reads(&bytes);
        let headed = [&[0; 32][..], &length.to_be_bytes(), &bytes].concat();
        prop_assert!(scene.reads(&headed).is_err());
    }
}
