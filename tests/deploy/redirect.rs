//! The plain door: it shows the way to https and does nothing else.

use crate::certificates::Pair;
use crate::machine::{Server, dewdrop, free_port, refuses};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Everything that is answered on a connection of its own.
fn asks(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn every_page_is_elsewhere_and_nothing_else_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Pair::new(folder.path(), "pair");
    let port = free_port();
    let mut command = dewdrop(folder.path());
    command.args(["--listen", "127.0.0.1:0", "--redirect", &format!("127.0.0.1:{port}")]);
    command.args(["--public-url", "https://drop.example.org"]);
    let server = Server::begin(pair.serves(&mut command));
    for (path, there) in [
        ("/", "https://drop.example.org/"),
        ("/u", "https://drop.example.org/u"),
        ("/desk/?a=1", "https://drop.example.org/desk/?a=1"),
        ("//evil.example/x", "https://drop.example.org//evil.example/x"),
        ("http://evil.example/x", "https://drop.example.org/x"),
    ] {
        let answer = asks(port, &format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 308 "), "{answer}");
        assert!(answer.contains(&format!("\r\nlocation: {there}\r\n")), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "it has no body: {answer}");
    }
    // The body that is announced never comes, and nobody waits for it.
    let answer = asks(port, "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 405 ") && !answer.contains("location"), "{answer}");
    let answer = asks(port, "GET / HTTP/1.1\r\nHost: x\r\n slow");
    assert!(!answer.contains("308"), "{answer}");
    assert!(server.running.stops());
}

#[test]
fn a_port_that_is_taken_or_an_address_that_is_not_here_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Pair::new(folder.path(), "pair");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let _holder = TcpListener::bind(&taken).unwrap();
    let mut command = dewdrop(folder.path());
    command.args(["--listen", "127.0.0.1:0", "--redirect", &taken]);
    refuses(pair.serves(&mut command), &[&taken, "another program has port", "--redirect", "ss -ltnp"]);
    let mut command = dewdrop(folder.path());
    refuses(pair.serves(command.args(["--listen", &taken])), &[&taken, "another program", "--listen"]);
    let mut command = dewdrop(folder.path());
    refuses(pair.serves(command.args(["--listen", "192.0.2.1:443"])), &["no such address"]);
    refuses(dewdrop(folder.path()).args(["--redirect", "127.0.0.1:0"]), &["--redirect", "--tls-cert"]);
}
