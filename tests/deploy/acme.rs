//! Certificates by themselves, from a real authority: got, used, kept, renewed; and an authority that
//! is away or refuses stops nothing.

use crate::authority::Authority;
use crate::certificates::{Line, connects, shown, trusting};
use crate::machine::{Server, dewdrop, free_port, refuses};
use crate::world::until;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const HOST: &str = "drop.example.org";

fn serve(folder: &Path, authority: &Authority, port: u16) -> Command {
    let mut command = dewdrop(folder);
    command.args(["--listen", &format!("127.0.0.1:{port}"), "--acme", HOST, "--acme", "also.example.org"]);
    command.args(["--acme-contact", "mara@example.org", "--acme-directory", &authority.directory]);
    command.arg("--acme-ca").arg(&authority.trusted_by);
    command
}

/// As a browser would, once there is a certificate that it trusts.
fn is_trusted(authority: &Authority, host: &str, port: u16) -> Line {
    let trusts = trusting([authority.root()]);
    until("a trusted certificate is shown", || connects(&trusts, host, port).ok())
}

/// What a request still owes, and how much of it comes in a second.
const LEFT: usize = 60 << 10;
const PACE: usize = 3 << 9;

#[test]
fn a_server_gets_its_certificate_keeps_it_to_itself_and_renews_it_under_a_running_request() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let authority = Authority::begin(folder.path(), port, 24);
    let server = Server::begin(&mut serve(folder.path(), &authority, port));
    assert_eq!(server.origin, format!("https://{HOST}"));
    assert!(server.running.says("terms of service are agreed to").contains(&authority.directory));
    let mut open = is_trusted(&authority, HOST, port);
    is_trusted(&authority, "also.example.org", port);
    let first = shown(&open);
    open.write_all(b"POST /api/session/salt HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        .unwrap();
    let body = |length: usize| format!("Content-Length: {length}\r\n\r\n{{\"name\":\"mara\"");
    open.write_all(body(15 + LEFT).as_bytes()).unwrap();

    let kept = folder.path().join("data/acme");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&kept), 0o700);
    let files: Vec<_> = fs::read_dir(&kept).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "an account and a certificate: {files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");

    // A slow sender, but one who goes on: as slow as the guard of bodies bears, and a little faster.
    let (trusts, mut left, mut since) = (trusting([authority.root()]), LEFT, Instant::now());
    until("it is renewed", || {
        if since.elapsed() > Duration::from_secs(1) {
            open.write_all(&[b' '; PACE]).unwrap();
            (left, since) = (left - PACE, Instant::now());
        }
        let shown = shown(&connects(&trusts, HOST, port).ok()?);
        (shown != first).then_some(())
    });
    open.write_all(format!("{}}}", " ".repeat(left)).as_bytes()).unwrap();
    let mut head = [0; 12];
    open.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    assert_eq!(server.running.said("ERROR"), 0, "{:#?}", server.running.heard());
}

#[test]
fn an_authority_that_is_away_is_told_once_and_asked_again_and_what_there_is_stays_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut authority = Authority::begin(folder.path(), port, 90 * 24 * 3600);
    authority.closes();
    let server = Server::begin(&mut serve(folder.path(), &authority, port));
    let told = server.running.says("no certificate for");
    assert!(told.contains(HOST) && told.contains(&authority.directory) && told.contains("next try in 10 s"));
    assert!(told.contains("it can not be reached: Connection refused"), "{told}");
    authority.opens();
    let first = shown(&is_trusted(&authority, HOST, port));
    assert_eq!(server.running.said("ERROR"), 1, "{:#?}", server.running.heard());
    assert!(server.running.stops());

    // The same again without an authority: served at once, and nobody is asked.
    let root = authority.root();
    authority.closes();
    let server = Server::begin(&mut serve(folder.path(), &authority, port));
    assert_eq!(shown(&connects(&trusting([root]), HOST, port).unwrap()), first);
    assert_eq!(server.running.said("no certificate for"), 0);
}

#[test]
fn a_proof_that_is_refused_is_told_with_the_authoritys_reason() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::begin(folder.path(), free_port(), 90 * 24 * 3600);
    let server = Server::begin(&mut serve(folder.path(), &authority, free_port()));
    let told = server.running.says("no certificate for");
    assert!(
        told.contains(HOST) && told.contains("was not accepted: ") && told.contains("Failed to connect"),
        "{told}"
    );
    assert!(server.running.stops(), "it went on");
}

#[test]
fn settings_of_acme_that_can_not_be_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = dewdrop(folder.path());
        command.args(arguments);
        command
    };
    refuses(&mut command(&["--acme", "*.example.org"]), &["--acme", "*.example.org"]);
    refuses(&mut command(&["--acme", HOST, "--tls-cert", "a", "--tls-key", "b"]), &["choose one"]);
    refuses(&mut command(&["--acme-contact", "mara@example.org"]), &["--acme-contact", "--acme HOST"]);
    refuses(&mut command(&["--acme", HOST, "--acme-directory", "http://x"]), &["https://"]);
    refuses(&mut command(&["--acme", HOST, "--acme-ca", "missing.pem"]), &["missing.pem", "No such file"]);
}
