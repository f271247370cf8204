//! Who never comes to the point is sent away, with TLS as without: in the handshake, in the head of any
//! request of a connection, in a body.

use crate::certificates::{Pair, connects, trusting};
use crate::machine::{Server, dewdrop, free_port};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Longest wait for anything that is not an answer under way.
const BOUND: Duration = Duration::from_secs(27);

/// Says it, then one byte a second, and measures how long it is listened to.
fn is_heard_for(mut line: impl Read + Write, first: &[u8], then: &[u8]) -> Duration {
    if !first.is_empty() {
        line.write_all(first).unwrap();
        assert!(line.read(&mut [0; 4096]).unwrap() > 0, "a whole request is answered");
    }
    let begun = Instant::now();
    let mut said = line.write_all(then);
    while begun.elapsed() < 2 * BOUND && said.is_ok() {
        match line.read(&mut [0; 4096]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Ok(0) | Err(_) => break,
            Ok(_) => continue,
        }
        if !then.is_empty() {
            said = line.write_all(b"a");
        }
    }
    begun.elapsed()
}

fn plain(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    stream
}

#[test]
fn whoever_stalls_anywhere_is_sent_away_with_tls_as_without() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Pair::new(folder.path(), "pair");
    let [with, without] = [folder.path().join("with"), folder.path().join("without")];
    [&with, &without].iter().for_each(|folder| std::fs::create_dir(folder).unwrap());
    let mut command = dewdrop(&with);
    let redirect = free_port();
    command.args(["--listen", "127.0.0.1:0", "--redirect", &format!("127.0.0.1:{redirect}")]);
    let tls = Server::begin(pair.serves(&mut command));
    let http = Server::begin(dewdrop(&without).args(["--listen", "127.0.0.1:0"]));
    let trusts = trusting([pair.der()]);
    let sealed = || {
        let mut line = connects(&trusts, "localhost", tls.port()).unwrap();
        line.sock.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        line.flush().unwrap();
        line
    };
    let whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".as_slice();
    let head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ".as_slice();
    // Announced, and then so little that it would take a day.
    let body = b"POST /api/session/salt HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                 Content-Length: 100000\r\n\r\n{";
    let (tls_port, http_port) = (tls.port(), http.port());
    let heard = std::thread::scope(|all| {
        [
            ("nothing of a handshake", all.spawn(|| is_heard_for(plain(tls_port), b"", b""))),
            (
                "a handshake byte by byte",
                all.spawn(|| is_heard_for(plain(tls_port), b"", b"\x16\x03\x01\x02")),
            ),
            ("nothing after the handshake", all.spawn(|| is_heard_for(sealed(), b"", b""))),
            ("the first head", all.spawn(|| is_heard_for(sealed(), b"", head))),
            ("a later head", all.spawn(|| is_heard_for(sealed(), whole, head))),
            ("a later head without TLS", all.spawn(|| is_heard_for(plain(http_port), whole, head))),
            ("a body", all.spawn(|| is_heard_for(sealed(), b"", body))),
            ("a body without TLS", all.spawn(|| is_heard_for(plain(http_port), b"", body))),
            ("the door that redirects", all.spawn(|| is_heard_for(plain(redirect), b"", head))),
        ]
        .map(|(what, heard)| (what, heard.join().unwrap()))
    });
    for (what, heard) in heard {
        // A body has half a minute to show its pace.
        let bound = if what.starts_with("a body") { BOUND + Duration::from_secs(10) } else { BOUND };
        assert!(heard < bound, "{what}: {heard:?}");
    }
}

#[test]
fn an_answer_that_is_under_way_has_all_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::begin(dewdrop(folder.path()).args(["--listen", "127.0.0.1:0"]));
    let token = server.set_up_token();
    let trainer = crate::trainer::Trainer::sets_up_at(&server.origin, &token);
    let mut events = plain(server.port());
    let bearer = trainer.desk.token.reveal();
    let ask = format!("GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n\r\n");
    events.write_all(ask.as_bytes()).unwrap();
    let (begun, mut heard) = (Instant::now(), Vec::new());
    // Three signs of life: one at once, then one in 15 s.
    while String::from_utf8_lossy(&heard).matches(": here").count() < 3 {
        let mut some = [0; 4096];
        match events.read(&mut some) {
            Ok(0) => panic!("cut off after {:?}", begun.elapsed()),
            Ok(length) => heard.extend_from_slice(&some[..length]),
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(60), "{error}"),
        }
    }
    assert!(begun.elapsed() > Duration::from_secs(25));
}
