//! Who never comes to the point is sent away, with TLS as without: in the handshake, in the head of any
//! request of a connection, in a body, in an answer that is not read.

use crate::certificates::{Pair, connects, trusting};
use crate::machine::{Server, dewdrop, free_port};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Longest wait for anything that is not an answer under way: 20 s, and what a busy machine takes.
const BOUND: Duration = Duration::from_secs(25);

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
        assert!(heard < BOUND, "{what}: {heard:?}");
    }
}

#[test]
fn an_answer_that_is_under_way_has_all_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::begin(dewdrop(folder.path()).args(["--listen", "127.0.0.1:0"]));
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

/// Asks for the film and reads its head; the receiving side keeps little.
fn asks_for_film(port: u16, bearer: &str, path: &str) -> TcpStream {
    let mut line = plain(port);
    line.set_read_timeout(Some(2 * BOUND)).unwrap();
    socket2::SockRef::from(&line).set_recv_buffer_size(32 << 10).unwrap();
    let ask = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n\r\n");
    line.write_all(ask.as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        line.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
    line
}

/// How long until the other side ended it, without reading.
fn is_kept(line: &TcpStream) -> Duration {
    let begun = Instant::now();
    while begun.elapsed() < 2 * BOUND && line.take_error().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(100));
    }
    begun.elapsed()
}

#[test]
fn whoever_does_not_read_is_sent_away_and_whoever_reads_slowly_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::begin(dewdrop(folder.path()).args(["--listen", "127.0.0.1:0"]));
    let token = server.set_up_token();
    let trainer = crate::trainer::Trainer::sets_up_at(&server.origin, &token);
    let now = dewdrop::time::Time(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs());
    let link = crate::sender::Client::new().opens(&trainer.asks("one", now)).unwrap();
    let parcel = crate::sender::Parcel::of(&link, &[&crate::sender::video(1, 12 << 20)]);
    parcel.arrives();
    let path = format!("/api/submissions/{}/files/0", parcel.id);
    let (port, bearer) = (server.port(), trainer.desk.token.reveal());
    let (path, bearer) = (path.as_str(), bearer.as_str());
    let stuck = [(); 4].map(|()| asks_for_film(port, bearer, path));
    std::thread::scope(|all| {
        let heard = stuck.each_ref().map(|line| all.spawn(|| is_kept(line)));
        let slow = all.spawn(|| {
            let (mut line, begun) = (asks_for_film(port, bearer, path), Instant::now());
            let mut got = Vec::new();
            // 20 KiB/s for longer than anyone's patience, then as fast as it goes.
            while begun.elapsed() < 2 * BOUND {
                let mut some = [0; 10 << 10];
                line.read_exact(&mut some).unwrap();
                got.extend_from_slice(&some);
                std::thread::sleep(Duration::from_millis(500));
            }
            let had = got.len();
            got.resize(parcel.files[&0].len(), 0);
            line.read_exact(&mut got[had..]).unwrap();
            got
        });
        for heard in heard {
            let heard = heard.join().unwrap();
            assert!(heard < BOUND, "not reading: {heard:?}");
        }
        assert!(slow.join().unwrap() == parcel.files[&0]);
    });
}
