//! Behind Caddy and behind nginx: uploads and events pass unhindered, refusals reach the sender, nobody
//! forges an address, and no log has a sender in it.

use crate::machine::{Running, output};
use crate::proxies::{Kind, Site};
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::until;
use dewdrop::client::link::OpenedLink;
use dewdrop::time::Time;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

const PIECE: usize = 8 << 20;

/// curl, as it comes to the site.
fn curl(site: &Site, version: &str) -> Command {
    let mut command = Command::new("curl");
    command
        .args(["-sS", "--noproxy", "*", "--max-time", "60", version, "--cacert"])
        .arg(&site.pair.certificate);
    command
}

/// curl, about to send one piece of a file; it prints the body, HTTP version and status of the answer.
fn piece(site: &Site, version: &str, parcel: &Parcel, offset: usize) -> Command {
    let file = &parcel.files[&0];
    let piece = site.folder.path().join("piece");
    std::fs::write(&piece, &file[offset..file.len().min(offset + PIECE)]).unwrap();
    let mut command = curl(site, version);
    command.args(["-X", "PATCH", "-H", "Expect:", "-H", "Content-Type: application/offset+octet-stream"]);
    command.args(["-H", &format!("Upload-Offset: {offset}"), "-w", "%{http_version} %{http_code}"]);
    command.args(["-H", &format!("Authorization: Bearer {}", parcel.receipt.reveal())]);
    command.arg("--data-binary").arg(format!("@{}", piece.display())).arg(url(site, "/api/receipt/files/0"));
    command
}

fn sends_piece(site: &Site, version: &str, parcel: &Parcel, offset: usize) -> String {
    output(&mut piece(site, version, parcel, offset))
}

fn url(site: &Site, path: &str) -> String {
    format!("{}{path}", site.origin)
}

/// Bytes of all files below a folder.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |path: PathBuf| {
        if path.is_dir() { size_of(&path) } else { path.metadata().map_or(0, |data| data.len()) }
    };
    entries.flatten().map(|entry| size(entry.path())).sum()
}

fn now() -> Time {
    Time(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs())
}

fn begins(site: &Site) -> (Trainer, OpenedLink) {
    let token = site.server.set_up_token();
    let trainer = Trainer::sets_up_at(&site.behind(), &token);
    let link = Client::new().opens(&trainer.asks("Ada", now())).unwrap();
    (trainer, link)
}

fn uploads_pass_while_they_come_and_refusals_reach_the_sender(kind: Kind) {
    let site = Site::begin(kind);
    let (trainer, link) = begins(&site);
    let film = video(1, 2 * PIECE + 12_345);
    let parcel = Parcel::of(&link, &[&film]);
    parcel.announces().succeeds();
    parcel.puts_manifest().succeeds();

    // A piece that takes eight seconds to send is on the server's disk in part long before.
    let whole = parcel.files[&0].len();
    let begun = Instant::now();
    let slowly = Running::begin(piece(&site, "--http2", &parcel, 0).args(["--limit-rate", "1M"]));
    // Seen on disk: asking for the offset would end the piece that runs.
    let blobs = site.folder.path().join("data/blobs");
    until("bytes arrive before the piece is whole", || (size_of(&blobs) > PIECE as u64 / 8).then_some(()));
    assert!(begun.elapsed() < Duration::from_secs(6), "held back for {:?}", begun.elapsed());
    slowly.says("2 204");

    let mut offset = parcel.offset(0) as usize;
    while offset < whole {
        assert_eq!(sends_piece(&site, "--http1.1", &parcel, offset), "1.1 204");
        offset = parcel.offset(0) as usize;
    }
    parcel.commits().succeeds();
    assert!(trainer.watches(parcel.id) == [film]);

    // More than was said, and a disk that is full: refused before the first byte, and still heard.
    let link = Client::new().opens(&trainer.asks("Bea", now())).unwrap();
    let mut other = Parcel::of(&link, &[&video(2, 100_000)]);
    other.announces().succeeds();
    other.puts_manifest().succeeds();
    other.files.insert(0, vec![7; PIECE]);
    for version in ["--http2", "--http1.1"].repeat(3) {
        let answer = sends_piece(&site, version, &other, 0);
        assert!(answer.ends_with(" 413") && answer.contains("too-large"), "{version}: {answer}");
    }
    let mut fitting = Parcel::of(&link, &[b"small"]);
    fitting.files.insert(0, vec![7; PIECE]);
    fitting.announces().succeeds();
    fitting.puts_manifest().succeeds();
    let site = site.restarts_on_a_full_disk();
    for version in ["--http2", "--http1.1"].repeat(3) {
        let answer = sends_piece(&site, version, &fitting, 0);
        assert!(answer.ends_with(" 507") && answer.contains("disk-full"), "{version}: {answer}");
    }
}

fn events_come_at_once_addresses_are_not_forged_and_logs_know_no_sender(kind: Kind) {
    let site = Site::begin(kind);
    let (trainer, _) = begins(&site);
    let bearer = format!("Authorization: Bearer {}", trainer.desk.token.reveal());
    let mut listening = curl(&site, "--http2");
    let events = Running::begin(listening.args(["-N", "-H", &bearer, &url(&site, "/api/events")]));
    events.says(": here");
    let begun = Instant::now();
    trainer.makes("Cleo", 1, now());
    events.says("data: ");
    assert!(begun.elapsed() < Duration::from_secs(2), "an event took {:?}", begun.elapsed());

    // However often an address is made up, it is the same one that knocks; others may go on.
    let knocks = |from: &str, forged: &str| {
        let mut command = curl(&site, "--http2");
        command.args(["--interface", from, "-H", &format!("X-Forwarded-For: {forged}"), "-o", "/dev/null"]);
        command.args(["-w", "%{http_code}", "--json", r#"{"name":"mara"}"#]);
        output(command.arg(url(&site, "/api/session/salt")))
    };
    let answers: Vec<_> = (1..40).map(|n| knocks("127.0.0.1", &format!("9.9.9.{n}"))).collect();
    assert!(answers.contains(&"200".to_owned()) && answers.contains(&"429".to_owned()), "{answers:?}");
    assert_eq!(knocks("127.0.0.2", "127.0.0.1"), "200");

    let asks = |path: &str| {
        let mut command = curl(&site, "--http2");
        output(command.args(["-o", "/dev/null", "-w", "%{http_code}", "-H", &bearer, &url(&site, path)]))
    };
    let senders =
        ["/u", "/r", "/u%23SECRET.u", "/r%23SECRET.r", "/u/SECRET", "/%75%23SECRET.%75", "/u?SECRET"];
    assert_eq!(asks("/healthz"), "200");
    assert!(senders.iter().all(|path| asks(path) != "502"));
    let token = trainer.desk.token.reveal().to_string();
    let curl_of = |path: &str| {
        let mut command = curl(&site, "--http2");
        command.args(["-o", "/dev/null", "-w", "%{http_code}", "-H", &bearer, &url(&site, path)]);
        command
    };
    let mut later: Vec<_> = senders.iter().chain(&["/api/link"]).map(|path| curl_of(path)).collect();
    let fails = || later.iter_mut().for_each(|command| assert_eq!(output(command), "502"));
    let written = site.log_without_a_server(fails, "/api/link");
    assert!(written.contains("/healthz"), "{written}");
    for never in ["SECRET", &token, "\"/u", "\"/r", "GET /u", "GET /r", "/%75"] {
        assert!(!written.contains(never), "{never} is in the log: {written}");
    }
}

#[test]
fn through_caddy_uploads_pass_while_they_come_and_refusals_reach_the_sender() {
    uploads_pass_while_they_come_and_refusals_reach_the_sender(Kind::Caddy);
}

#[test]
fn through_nginx_uploads_pass_while_they_come_and_refusals_reach_the_sender() {
    uploads_pass_while_they_come_and_refusals_reach_the_sender(Kind::Nginx);
}

#[test]
fn through_caddy_events_come_at_once_addresses_are_not_forged_and_logs_know_no_sender() {
    events_come_at_once_addresses_are_not_forged_and_logs_know_no_sender(Kind::Caddy);
}

#[test]
fn through_nginx_events_come_at_once_addresses_are_not_forged_and_logs_know_no_sender() {
    events_come_at_once_addresses_are_not_forged_and_logs_know_no_sender(Kind::Nginx);
}
