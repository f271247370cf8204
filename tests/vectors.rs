//! The test vectors that both languages share; `tests/vectors/README.md` says what each field means.
#![allow(clippy::unwrap_used, reason = "a test")]

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use dewdrop::client::age;
use dewdrop::client::opening::{Altered, Opening};
use dewdrop::sealed::answers;
use dewdrop::sealed::card::{self, Card};
use dewdrop::sealed::form::{Form, FormError};
use dewdrop::sealed::hash::Hash;
use dewdrop::sealed::header::{self, HeaderError};
use dewdrop::sealed::identity::{Identity, Recipient};
use dewdrop::sealed::invitation::Invitation;
use dewdrop::sealed::link::{Fingerprint, Link, LinkError, ReceiptSecret, Secret, parts, receipt};
use dewdrop::sealed::manifest::{MOST_PADDED, Manifest, Surroundings};
use dewdrop::sealed::ranges;
use dewdrop::sealed::vault::{self, Passphrase, Unlocking, Vault};
use dewdrop::{bytes, tokens::Bearer};
use hkdf::Hkdf;
use serde_json::Value;
use sha2::Sha256;
use std::path::Path;

#[path = "vectors/reply.rs"]
mod reply;

struct Case(Value);

impl Case {
    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_else(|| panic!("{}: no {field}", self.name()))
    }

    fn name(&self) -> &str {
        self.0["name"].as_str().unwrap_or("a case without a name")
    }

    fn has(&self, field: &str) -> bool {
        !self.0[field].is_null()
    }

    fn refused(&self) -> bool {
        self.has("refused")
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        bytes::decode(self.text(field)).unwrap()
    }

    fn array<const N: usize>(&self, field: &str) -> [u8; N] {
        self.bytes(field).try_into().unwrap()
    }

    fn number(&self, field: &str) -> u64 {
        self.0[field].as_u64().unwrap_or_else(|| panic!("{}: no {field}", self.name()))
    }

    fn identity(&self, field: &str) -> Identity {
        Identity::parse(self.text(field)).unwrap()
    }

    fn secret(&self) -> Secret {
        Secret::from_bytes(self.array("secret"))
    }
}

fn cases(file: &str, list: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let all: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases: Vec<Case> = all[list].as_array().unwrap().iter().cloned().map(Case).collect();
    assert!(!cases.is_empty());
    cases
}

#[test]
fn links_and_what_follows_from_their_secrets() {
    for case in cases("link.json", "cases") {
        let (secret, name) = (case.secret(), case.name());
        let fingerprint = Fingerprint::of(&case.text("recipient").parse().unwrap());
        assert_eq!(fingerprint.as_bytes(), &case.array("fingerprint"), "{name}");
        let origin = "https://drop.example".to_owned();
        let link = Link { origin: origin.clone(), secret: secret.clone(), fingerprint };
        assert_eq!(link.reveal().as_str(), case.text("link"), "{name}");
        let of_receipt = ReceiptSecret::from_bytes(*secret.as_bytes());
        assert_eq!(receipt(&origin, &of_receipt, &fingerprint).as_str(), case.text("receipt"), "{name}");
        assert_eq!(secret.link_auth().reveal(), case.text("link_auth"), "{name}");
        assert_eq!(secret.link_auth().hash().0, case.array("auth_hash"), "{name}");
        assert_eq!(*secret.link_page(), case.array("link_page"), "{name}");
        assert_eq!(*secret.link_sender(), case.array("link_sender"), "{name}");
        assert_eq!(of_receipt.receipt_auth().reveal(), case.text("receipt_auth"), "{name}");
        assert_eq!(of_receipt.receipt_auth().hash().0, case.array("receipt_hash"), "{name}");
    }
}

#[test]
fn links_as_people_paste_them() {
    for case in cases("link.json", "texts") {
        let read = parts(case.text("text"));
        if case.refused() {
            let reason = match read.err() {
                Some(LinkError::Missing) => "missing",
                Some(LinkError::CutOff) => "cut-off",
                Some(LinkError::Malformed) => "malformed",
                other => panic!("{}: {other:?}", case.name()),
            };
            assert_eq!(reason, case.text("refused"), "{}", case.name());
        } else {
            let (secret, fingerprint) = read.unwrap_or_else(|e| panic!("{}: {e}", case.name()));
            assert_eq!(secret.as_bytes(), &case.array("secret"), "{}", case.name());
            assert_eq!(fingerprint.as_bytes(), &case.array("fingerprint"), "{}", case.name());
        }
    }
}

#[test]
fn invitations() {
    for case in cases("invitation.json", "cases") {
        let recipient: Recipient = case.text("recipient").parse().unwrap();
        let sealed = case.bytes("sealed");
        let opened = Invitation::open(&sealed, &case.secret(), &recipient);
        if case.refused() {
            assert!(opened.is_err(), "{}", case.name());
            continue;
        }
        let invitation = opened.unwrap_or_else(|e| panic!("{}: {e}", case.name()));
        assert_eq!(Hash::of(&sealed).0, case.array("hash"), "{}", case.name());
        let json = serde_json::to_string(&invitation).unwrap();
        if json == case.text("json") {
            let again = invitation.seal_with(&case.secret(), &recipient, case.array("nonce"));
            assert_eq!(again.as_ref(), Ok(&sealed), "{}", case.name());
        } else {
            assert!(case.name().contains("not known"), "{}: {json}", case.name());
        }
    }
}

#[test]
fn forms_and_their_schema() {
    let mut schemas = boon::Schemas::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/form.schema.json");
    let schema = boon::Compiler::new().compile(path.to_str().unwrap(), &mut schemas).unwrap();
    for case in cases("form.json", "cases") {
        let (json, name) = (case.text("json"), case.name());
        let read = Form::read(json.as_bytes());
        let reason = match &read {
            Ok(form) => {
                assert_eq!(Form::read(&serde_json::to_vec(form).unwrap()).as_ref(), Ok(form), "{name}");
                None
            }
            Err(FormError::TooLarge) => Some("too-large"),
            Err(FormError::Json) => Some("json"),
            Err(FormError::Newer) => Some("newer"),
            Err(FormError::Malformed) => Some("malformed"),
        };
        assert_eq!(reason, case.0["refused"].as_str(), "{name}");
        if !case.has("no_json") {
            let takes = schemas.validate(&serde_json::from_str(json).unwrap(), schema).is_ok();
            assert_eq!(takes, reason.is_none() || case.has("schema_takes_it"), "{name}");
        }
    }
}

#[test]
fn answers_fit_their_questions_or_not() {
    let form = Form::read(cases("form.json", "cases")[0].text("json").as_bytes()).unwrap();
    for case in cases("form.json", "answers") {
        let question = form.questions.iter().find(|q| q.id == case.text("question")).unwrap();
        let answer = serde_json::from_value(case.0["answer"].clone()).unwrap();
        assert_eq!(answers::fits(question, &answer), case.0["fits"] == true, "{}", case.name());
    }
}

#[test]
fn headers() {
    for case in cases("header.json", "cases") {
        let parsed = header::parse(&case.bytes("header"));
        if case.refused() {
            let error = parsed.expect_err(case.name());
            assert_eq!(
                error == HeaderError::Incomplete,
                case.text("refused") == "cut-off",
                "{}",
                case.name()
            );
        } else {
            assert_eq!(parsed.unwrap().len as u64, case.number("length"), "{}", case.name());
        }
    }
}

#[test]
fn sizes_and_stretches() {
    for case in cases("ranges.json", "cases") {
        let (payload, header) = (case.number("payload"), case.number("start") - ranges::NONCE);
        if case.has("illegal") {
            assert_eq!(ranges::plaintext_len(payload), None, "{}", case.name());
            assert_eq!(ranges::plaintext_len_of_file(header, case.number("size")), None, "{}", case.name());
            continue;
        }
        let plaintext = case.number("plaintext");
        assert_eq!(ranges::chunks(payload), Some(case.number("chunks")), "{}", case.name());
        assert_eq!(ranges::plaintext_len(payload), Some(plaintext), "{}", case.name());
        assert_eq!(ranges::sealed_len(header, plaintext), Some(case.number("size")), "{}", case.name());
    }
    for case in cases("ranges.json", "stretches") {
        let header = case.number("start") - ranges::NONCE;
        let wanted = case.number("a")..case.number("b") + 1;
        let found = ranges::span(header, case.number("size"), wanted).unwrap();
        assert_eq!(
            found.chunks,
            case.number("first_chunk")..case.number("last_chunk") + 1,
            "{}",
            case.name()
        );
        assert_eq!(found.bytes, case.number("from")..case.number("to") + 1, "{}", case.name());
        assert_eq!(found.skip, case.number("skip"), "{}", case.name());
    }
}

#[test]
fn cards() {
    for case in cases("card.json", "cases") {
        let reader = case.identity("reader");
        let makers: Vec<Recipient> = serde_json::from_value(case.0["makers"].clone()).unwrap();
        let text = if case.has("sealed") {
            age::open(&reader, &case.bytes("sealed"), card::MOST).map(|text| text.to_vec()).ok()
        } else {
            Some(case.text("text").as_bytes().to_vec())
        };
        let read = text.and_then(|text| card::read(&text, &reader, &makers).ok());
        assert_eq!(read.is_none(), case.refused(), "{}", case.name());
        if let Some(read) = read {
            compare_card(&read, &Case(case.0["card"].clone()), case.name());
        }
    }
}

fn compare_card(card: &Card, expected: &Case, name: &str) {
    let facts = &card.facts;
    assert_eq!(facts.link.to_string(), expected.text("link"), "{name}");
    assert_eq!(facts.label, expected.text("label"), "{name}");
    assert_eq!(facts.retention.0, expected.number("retention"), "{name}");
    assert_eq!(u64::from(facts.uses), expected.number("uses"), "{name}");
    assert_eq!(facts.closes_at.0, expected.number("closes_at"), "{name}");
    assert_eq!(facts.template, expected.text("template"), "{name}");
    assert_eq!(facts.maker.to_string(), expected.text("maker"), "{name}");
    assert_eq!(facts.reader.to_string(), expected.text("reader"), "{name}");
    assert_eq!(facts.recipient.to_string(), expected.text("recipient"), "{name}");
    assert_eq!(card.secret.as_bytes(), &expected.array("secret"), "{name}");
    assert_eq!(card.identity.reveal().as_str(), expected.text("identity"), "{name}");
}

#[test]
fn manifests_and_proofs() {
    for case in cases("manifest.json", "cases") {
        let (sealed, secret) = (case.bytes("sealed"), case.secret());
        assert_eq!(Hash::of(&sealed).0, case.array("hash"), "{}", case.name());
        let plain = age::open(&case.identity("identity"), &sealed, MOST_PADDED).unwrap();
        let checked = Manifest::read(&plain).and_then(|manifest| {
            manifest.check(&Surroundings {
                link: case.text("link").parse().unwrap(),
                secret: &secret,
                invitation_link: case.text("link").parse().unwrap(),
                invitation: Hash::of(&case.bytes("invitation")),
                submission: case.text("submission").parse().unwrap(),
                manifest: Hash::of(&sealed),
                proof: Hash(case.array("proof")),
                files: serde_json::from_value(case.0["numbers"].clone()).unwrap(),
            })?;
            Ok(manifest)
        });
        assert_eq!(checked.is_err(), case.refused(), "{}: {:?}", case.name(), checked.err());
        if let Ok(manifest) = checked {
            let expected: Value = serde_json::from_str(case.text("json")).unwrap();
            assert_eq!(serde_json::to_value(&manifest).unwrap(), expected, "{}", case.name());
        }
    }
}

#[test]
fn passphrases_vaults_and_recovery_sheets() {
    for case in cases("vault.json", "cases") {
        let unlocking = Unlocking::derive(&Passphrase::new(case.text("passphrase")), &case.array("salt"));
        assert_eq!(unlocking.sign_in.reveal(), case.text("sign_in_proof"), "{}", case.name());
        assert_eq!(unlocking.sign_in.hash().0, case.array("sign_in_hash"), "{}", case.name());
        assert_eq!(unlocking.identity.reveal().as_str(), case.text("unlock_identity"), "{}", case.name());
        let file = age::open(&unlocking.identity, &case.bytes("unlock"), 4096).unwrap();
        let own = Identity::parse_file(&file).unwrap();
        assert_eq!(own.reveal().as_str(), case.text("identity"), "{}", case.name());
    }
    for case in cases("vault.json", "identities") {
        let own = case.identity("identity");
        assert_eq!(own.recipient().to_string(), case.text("recipient"));
        assert_eq!(vault::vault_identity(&own).reveal().as_str(), case.text("vault_file_identity"));
        let auth: Bearer = vault::recovery_auth(&own);
        assert_eq!(auth.reveal(), case.text("recovery_auth"));
        assert_eq!(auth.hash().0, case.array("recovery_hash"));
        let sheet = vault::recovery_sheet(&own, "drop.example", &"mara".parse().unwrap());
        assert_eq!(sheet.as_str(), case.text("sheet"));
    }
    for case in cases("vault.json", "vaults") {
        let own = vault::vault_identity(&case.identity("identity"));
        let vault = Vault::read(&age::open(&own, &case.bytes("sealed"), 1 << 20).unwrap()).unwrap();
        let expected: Value = serde_json::from_str(case.text("json")).unwrap();
        assert_eq!(serde_json::to_value(&vault).unwrap(), expected, "{}", case.name());
    }
}

/// The payload as the specification of age has it, with a file key and nonce of one's own choice.
fn payload_of(file_key: &[u8], nonce: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(nonce), file_key).expand(b"payload", &mut key).unwrap();
    let cipher = ChaCha20Poly1305::new(&key.into());
    let chunks: Vec<&[u8]> = if plain.is_empty() { vec![&[]] } else { plain.chunks(65_536).collect() };
    let last = chunks.len() - 1;
    let seal = |(counter, chunk): (usize, &&[u8])| {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&(counter as u64).to_be_bytes());
        nonce[11] = u8::from(counter == last);
        cipher.encrypt(&nonce.into(), *chunk).unwrap()
    };
    chunks.iter().enumerate().flat_map(seal).collect()
}

#[test]
fn payloads_have_the_bytes_and_sizes_that_both_languages_expect() {
    for case in cases("stream.json", "cases") {
        let plain: Vec<u8> = (0..case.number("plaintext")).map(|i| (i % 251) as u8).collect();
        let payload = payload_of(&case.bytes("file_key"), &case.bytes("nonce"), &plain);
        if case.has("change") {
            continue;
        }
        assert_eq!(payload.len() as u64, case.number("payload_size"), "{}", case.name());
        assert_eq!(ranges::payload_len(plain.len() as u64), Some(payload.len() as u64), "{}", case.name());
        assert_eq!(Hash::of(&payload).0, case.array("payload_hash"), "{}", case.name());
        if case.has("payload") {
            assert_eq!(payload, case.bytes("payload"), "{}", case.name());
        }
    }
}

#[test]
fn changed_payloads_are_refused() {
    let identity = Identity::random();
    let mut changed = 0;
    for case in cases("stream.json", "cases").iter().filter(|case| case.has("change")) {
        let plain: Vec<u8> = (0..case.number("plaintext")).map(|i| (i % 251) as u8).collect();
        // age draws its own file key; what must be refused does not depend on it.
        let mut file = age::seal(&identity.recipient(), &plain);
        let start = header::parse(&file).unwrap().len + 16;
        let payload = altered(file.split_off(start), &case.0["change"]);
        file.extend(payload);
        assert!(age::open(&identity, &file, plain.len()).is_err(), "{}", case.name());
        let key = age::payload_key(&identity, &file[..start]).unwrap();
        let mut opening = Opening::new(key, plain.len() as u64).unwrap();
        let mut sound = Vec::new();
        let ended = opening.takes(&file[start..], |chunk| {
            sound.extend_from_slice(chunk.bytes);
            Ok::<_, Altered>(())
        });
        assert!(ended.is_err() || !opening.is_done(), "{}", case.name());
        assert!(plain.starts_with(&sound), "{}", case.name());
        changed += 1;
    }
    assert!(changed > 0);
}

fn altered(mut payload: Vec<u8>, change: &Value) -> Vec<u8> {
    let number = |at: usize| change[at].as_u64().unwrap() as usize;
    match change[0].as_str().unwrap() {
        "cut" => payload.truncate(number(1)),
        "flip" => payload[number(1)] ^= 1,
        "append" => payload.extend(bytes::decode(change[1].as_str().unwrap()).unwrap()),
        "swap" => {
            let chunk = |n: usize, len: usize| n * 65_552..((n + 1) * 65_552).min(len);
            let (a, b) = (chunk(number(1), payload.len()), chunk(number(2), payload.len()));
            let (one, two) = (payload[a.clone()].to_vec(), payload[b.clone()].to_vec());
            assert_eq!(one.len(), two.len());
            payload[a].copy_from_slice(&two);
            payload[b].copy_from_slice(&one);
        }
        other => panic!("a change that is not known: {other}"),
    }
    payload
}
