//! Reviews: the trainer's notes, and replies to a sender.

use super::{Case, cases};
use dewdrop::client::age;
use dewdrop::sealed::identity::Identity;
use dewdrop::sealed::link::{ReceiptSecret, parts as link_parts};
use dewdrop::sealed::reply::{self, MOST_SEALED, Part, Review};
use serde_json::json;

#[test]
fn identities_of_receipts() {
    for case in cases("reply.json", "receipts") {
        let identity = ReceiptSecret::from_bytes(case.array("receipt")).reply_identity();
        assert_eq!(identity.reveal().as_str(), case.text("identity"), "{}", case.name());
        assert_eq!(identity.recipient().to_string(), case.text("reply_to"), "{}", case.name());
    }
}

#[test]
fn reviews() {
    for case in cases("reply.json", "cases") {
        let (name, link) = (case.name(), case.has("identity").then(|| case.identity("identity")));
        let receipt = case.has("receipt").then(|| ReceiptSecret::from_bytes(case.array("receipt")));
        let own = receipt.as_ref().map(ReceiptSecret::reply_identity);
        let opens = own.as_ref().or(link.as_ref()).unwrap();
        let Some(plain) = plain_of(&case, opens) else {
            assert_eq!(case.text("refused"), "wrong-identity", "{name}");
            continue;
        };
        let submission = case.text("submission").parse().unwrap();
        let read = match &own {
            None => reply::read_notes(&plain, submission, opens),
            Some(own) => {
                let fragment = format!("AAAAAAAAAAAAAAAAAAAAAA.{}", case.text("fingerprint"));
                let (_, fingerprint) = link_parts(&fragment).unwrap();
                reply::read_reply(&plain, submission, own, &fingerprint)
            }
        };
        assert_eq!(read.is_err(), case.refused(), "{name}: {:?}", read.err());
        let Ok(review) = read else { continue };
        assert_eq!(shown(&review), case.0["review"], "{name}");
        if let (Some(link), true) = (&link, case.has("plain")) {
            let again = match &own {
                None => reply::write_notes(&review, link),
                Some(own) => reply::write_reply(&review, link, &own.recipient()),
            };
            assert!(again.unwrap().as_slice() == plain.as_slice(), "{name}: other bytes");
        }
    }
}

fn plain_of(case: &Case, identity: &Identity) -> Option<Vec<u8>> {
    if case.has("plain") {
        return Some(case.bytes("plain"));
    }
    let most = usize::try_from(MOST_SEALED).unwrap();
    age::open(identity, &case.bytes("sealed"), most).map(|plain| plain.to_vec()).ok()
}

fn shown(review: &Review) -> serde_json::Value {
    let encoded = |part: &Part| dewdrop::bytes::encode(&part.bytes);
    json!({
        "submission": review.submission,
        "written_at": review.written_at,
        "text": review.text,
        "notes": review.notes,
        "parts": review.parts.iter().map(encoded).collect::<Vec<_>>(),
        "types": review.parts.iter().map(|part| &part.kind).collect::<Vec<_>>(),
    })
}
