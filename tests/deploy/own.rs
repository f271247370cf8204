//! Certificate files of one's own: refused in one line when they can not be served, followed when they
//! change, and no connection notices.

use crate::certificates::{Pair, connects, shown, trusting};
use crate::machine::{Server, dewdrop, refuses};
use crate::world::until;
use rustix::process::Signal;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

fn serve(folder: &TempDir, pair: &Pair) -> Command {
    let mut command = dewdrop(folder.path());
    pair.serves(command.args(["--listen", "127.0.0.1:0"]));
    command
}

#[test]
fn a_pair_that_can_not_be_served_is_refused_in_one_line_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let good = Pair::new(at, "good");
    let other = Pair::new(at, "other");
    let file = |name: &str, content: &[u8]| {
        fs::write(at.join(name), content).unwrap();
        fs::set_permissions(at.join(name), fs::Permissions::from_mode(0o600)).unwrap();
        at.join(name)
    };
    let with = |certificate: &Path, key: &Path| {
        let pair = Pair { certificate: certificate.to_owned(), key: key.to_owned() };
        serve(&folder, &pair)
    };
    let old = Pair::at("2020-01-01 00:00:00", at, "old");
    refuses(&mut with(&good.certificate, &other.key), &["good.crt", "other.key", "does not belong"]);
    refuses(&mut with(&old.certificate, &old.key), &["old.crt", "expired on 2020-03-31"]);
    refuses(&mut with(&at.join("missing.crt"), &good.key), &["missing.crt", "No such file"]);
    refuses(&mut with(&good.certificate, &at.join("missing.key")), &["missing.key", "No such file"]);
    refuses(&mut with(at, &good.key), &["can not be read"]);
    refuses(&mut with(&file("empty.crt", b" \n"), &good.key), &["empty.crt", "is empty"]);
    refuses(&mut with(&file("words.crt", b"hello"), &good.key), &["words.crt", "BEGIN CERTIFICATE"]);
    refuses(&mut with(&good.certificate, &file("words.key", b"hello")), &["words.key", "BEGIN PRIVATE KEY"]);
    refuses(&mut with(&good.key, &good.certificate), &["good.key", "BEGIN CERTIFICATE"]);
    let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    refuses(&mut with(&file("broken.crt", broken), &good.key), &["broken.crt", "damaged"]);
    let half = fs::read(&good.certificate).unwrap();
    refuses(&mut with(&file("half.crt", &half[..half.len() / 2]), &good.key), &["half.crt", "damaged"]);
    let locked = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    refuses(&mut with(&good.certificate, &file("locked.key", locked)), &["locked.key", "passphrase"]);
    let open = file("open.key", &fs::read(&good.key).unwrap());
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    refuses(&mut with(&good.certificate, &open), &["open.key", "chmod 600"]);
    refuses(dewdrop(at).arg("--tls-cert").arg(&good.certificate), &["--tls-key is missing"]);
    refuses(serve(&folder, &good).args(["--public-url", "http://localhost"]), &["https://"]);
    assert!(!at.join("data").exists(), "nothing was begun");
}

#[test]
fn a_certificate_of_tomorrow_or_near_its_end_is_served_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let tomorrow = Pair::at("+1 day", folder.path(), "tomorrow");
    let server = Server::begin(&mut serve(&folder, &tomorrow));
    server.running.says("not valid before");
    assert!(server.running.stops());
    let ending = Pair::at("-1930 hours", folder.path(), "ending");
    let server = Server::begin(&mut serve(&folder, &ending));
    assert!(server.running.says("WARN dewdrop::tls").ends_with("days left: 9"));
}

#[test]
fn the_address_is_the_certificates_host_and_a_browser_is_told_to_stay_with_https() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Pair::new(folder.path(), "pair");
    let server = Server::begin(&mut serve(&folder, &pair));
    assert!(server.origin.starts_with("https://localhost:"), "{}", server.origin);
    assert!(server.running.says("set up: ").contains(&format!("{}/desk/#setup.", server.origin)));
    server.set_up_token();
    let mut line = connects(&trusting([pair.der()]), "localhost", server.port()).unwrap();
    line.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=63072000\r\n"), "{answer}");
}

#[test]
fn a_new_pair_is_taken_into_use_without_anyone_noticing_and_a_worse_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, third] = ["first", "second", "third"].map(|name| Pair::new(folder.path(), name));
    let served = Pair { certificate: folder.path().join("s.crt"), key: folder.path().join("s.key") };
    first.replaces(&served);
    let server = Server::begin(&mut serve(&folder, &served));
    let trusts = trusting([first.der(), second.der(), third.der()]);
    let now_shown = || shown(&connects(&trusts, "localhost", server.port()).unwrap());
    assert_eq!(now_shown(), first.der());

    // A request that is under way from before to after all the changes.
    let mut open = connects(&trusts, "localhost", server.port()).unwrap();
    open.write_all(b"POST /api/session/salt HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        .unwrap();
    open.write_all(b"Content-Length: 15\r\n\r\n{\"name\"").unwrap();

    second.replaces(&served);
    server.running.signals(Signal::HUP);
    until("the second is shown", || (now_shown() == second.der()).then_some(()));

    // Every kind of worse pair leaves the second where it is.
    let refused = |server: &Server| server.running.said("the old one stays in use");
    let old = Pair::at("2020-01-01 00:00:00", folder.path(), "old");
    fs::copy(&third.certificate, &served.certificate).unwrap();
    server.running.signals(Signal::HUP);
    until("the mismatch is told", || (refused(&server) == 1).then_some(()));
    old.replaces(&served);
    server.running.signals(Signal::HUP);
    until("the expired one is told", || (refused(&server) == 2).then_some(()));
    fs::remove_file(&served.key).unwrap();
    server.running.signals(Signal::HUP);
    until("the missing key is told", || (refused(&server) == 3).then_some(()));
    assert_eq!(now_shown(), second.der());

    open.write_all(b":\"mara\"}").unwrap();
    let mut head = [0; 12];
    open.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");

    // Nobody has to signal: files are looked at.
    third.replaces(&served);
    until("the third is shown", || (now_shown() == third.der()).then_some(()));
    server.running.says("a new certificate is in use, until ");
}
