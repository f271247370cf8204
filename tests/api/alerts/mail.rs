//! By mail: through a server with STARTTLS and a password, and everything that can be wrong with one.

use super::mail_server::{Certificates, MailServer};
use super::{all_three, down_for_an_hour, says_nothing};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::alerts::Way;
use dewdrop::config::Settings;
use serde_json::json;
use std::net::TcpListener;

const PASSWORD: &str = "wine-dark-password";

/// Settings for a mail server on this machine.
fn by(port: u16, security: &str) -> Settings {
    Settings {
        smtp_host: Some("localhost".into()),
        smtp_port: Some(port),
        smtp_security: Some(security.into()),
        smtp_from: Some("Dewdrop <dewdrop@example.org>".into()),
        ..Settings::default()
    }
}

fn mara() -> serde_json::Value {
    json!({"to": "mara@example.org"})
}

/// A world that sends by this, and its trainer, who wants mail.
fn world(settings: Settings) -> (World, Trainer) {
    let world = World::with(settings);
    let trainer = Trainer::sets_up(&world);
    trainer.wants_all(Way::Mail, mara());
    (world, trainer)
}

fn title(kind: &str) -> &'static str {
    match kind {
        "arrived" => "Something arrived",
        "unsaved" => "Not saved, and soon gone",
        _ => "A link was not used",
    }
}

#[test]
fn each_alert_comes_by_mail_over_starttls_with_a_password_and_says_nothing_of_anyone() {
    let made = Certificates::new();
    std::fs::write(made.path("password"), format!("{PASSWORD}\n")).unwrap();
    let server = MailServer::begins(&[
        "--tls",
        "starttls",
        "--cert",
        &made.text("cert.pem"),
        "--key",
        &made.text("key.pem"),
        "--user",
        "dewdrop",
        "--password",
        PASSWORD,
    ]);
    let (world, trainer) = world(Settings {
        smtp_user: Some("dewdrop".into()),
        smtp_password_file: Some(made.path("password")),
        smtp_ca: Some(made.path("ca.pem")),
        ..by(server.port, "starttls")
    });
    let mut ids = Vec::new();
    all_three(&world, &trainer, Way::Mail, |kind, text, at| {
        let taken = server.takes();
        assert_eq!(
            (taken.from.as_str(), taken.to.as_slice()),
            ("dewdrop@example.org", &["mara@example.org".into()][..])
        );
        assert_eq!((taken.tls, taken.user.as_deref()), (true, Some("dewdrop")));
        let id = taken.bytes.split_once("Message-ID: <").unwrap().1.split_once("@127.0.0.1>").unwrap().0;
        assert_eq!(id.len(), 22);
        let date = httpdate(at.0);
        let expected = format!(
            "From: Dewdrop <dewdrop@example.org>\r\nTo: mara@example.org\r\nDate: {date}\r\n\
             Message-ID: <{id}@127.0.0.1>\r\nSubject: {}\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 7bit\r\n\r\n{text}\r\n\r\n{}/desk/\r\n",
            title(kind),
            world.origin(),
        );
        assert_eq!(taken.bytes, expected);
        says_nothing(taken.bytes.replace("mara@example.org", "").as_str());
        ids.push(id.to_owned());
    });
    ids.dedup();
    assert_eq!(ids.len(), 3, "each has an id of its own");
    assert!(!server.has_more());
}

/// The date of a mail, told by another program.
fn httpdate(seconds: u64) -> String {
    let mut date = std::process::Command::new("date");
    let said = date.env("LC_ALL", "C").args(["-u", "-R", "-d", &format!("@{seconds}")]).output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_test_goes_through_tls_from_the_first_byte_and_in_clear_on_this_machine() {
    let made = Certificates::new();
    let (cert, key) = (made.text("cert.pem"), made.text("key.pem"));
    let server = MailServer::begins(&["--tls", "tls", "--cert", &cert, "--key", &key]);
    let settings = by(server.port, "tls");
    let (_world, trainer) = world(Settings { smtp_ca: Some(made.path("ca.pem")), ..settings.clone() });
    assert!(trainer.alerts().mail_possible);
    trainer.tests("mail").succeeds();
    let taken = server.takes();
    assert!(taken.tls && taken.bytes.contains("This is a test. Alerts reach you here."));
    assert!(trainer.alerts().state[0].sent_at.is_some());
    // Without the authority.
    let (_world, trainer) = world(settings);
    assert_eq!(trainer.tests_in_vain("mail"), "The mail server has a certificate that is not trusted.");
    let server = MailServer::begins(&[]);
    let (_world, trainer) = world(by(server.port, "none"));
    trainer.tests("mail").succeeds();
    assert!(!server.takes().tls);
}

#[test]
fn what_is_wrong_with_a_mail_server_is_said_in_one_sentence() {
    let made = Certificates::new();
    std::fs::write(made.path("password"), "not the password").unwrap();
    let (cert, key) = (made.text("cert.pem"), made.text("key.pem"));
    let starttls = ["--tls", "starttls", "--cert", &cert, "--key", &key];
    let signs_in = [starttls.as_slice(), &["--user", "dewdrop", "--password", PASSWORD]].concat();
    let trusting = |port| Settings { smtp_ca: Some(made.path("ca.pem")), ..by(port, "starttls") };
    let says = |settings: Settings| world(settings).1.tests_in_vain("mail");
    let server = MailServer::begins(&signs_in);
    let wrong = Settings {
        smtp_user: Some("dewdrop".into()),
        smtp_password_file: Some(made.path("password")),
        ..trusting(server.port)
    };
    let password = "The mail server refused the user name or the password.";
    assert_eq!(says(wrong), password);
    assert_eq!(says(trusting(server.port)), password, "without signing in");
    let refusing = |answer: [&str; 2]| {
        let server = MailServer::begins(&[starttls.as_slice(), &answer].concat());
        says(trusting(server.port))
    };
    assert_eq!(
        refusing(["--answer-rcpt", "550 no such user here"]),
        "The mail server does not take mail for this address."
    );
    assert_eq!(refusing(["--answer-rcpt", "450 greylisted"]), "The mail server asks to try again later.");
    assert_eq!(refusing(["--answer-data", "451 come again"]), "The mail server asks to try again later.");
    assert_eq!(refusing(["--answer-data", "554 spam"]), "The mail server refused the message.");
    let plain = MailServer::begins(&[]);
    assert_eq!(says(trusting(plain.port)), "The mail server offers no encryption.");
    let nobody = { TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    assert_eq!(says(trusting(nobody)), "The mail server refuses the connection.");
    let nowhere = Settings { smtp_host: Some("mail.invalid".into()), ..by(25, "starttls") };
    assert_eq!(says(nowhere), "The mail server was not found: its name leads nowhere.");
}

#[test]
fn a_mail_server_that_hangs_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_world, trainer) = world(by(silent.local_addr().unwrap().port(), "none"));
    let begun = std::time::Instant::now();
    assert_eq!(trainer.tests_in_vain("mail"), "The mail server did not answer in time.");
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn a_mail_server_that_is_down_for_an_hour_loses_nothing() {
    let server = MailServer::begins(&[]);
    let port = server.port;
    let (mut world, trainer) = world(by(port, "none"));
    let back = std::cell::OnceCell::new();
    let opens = || assert!(back.set(MailServer::begins(&["--port", &port.to_string()])).is_ok());
    down_for_an_hour(Way::Mail, server, drop, opens, &mut world, &trainer);
    let server = back.get().unwrap();
    assert!(server.takes().bytes.contains("Something arrived at your desk."));
    assert!(!server.has_more());
}
