//! Mail: the only file that names lettre.

use super::failure::Failure;
use super::message::Message;
use crate::config::{ConfigError, PublicUrl, Security, Smtp};
use anyhow::Context as _;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::error::Error as _;
use std::time::{Duration, UNIX_EPOCH};

/// For the name and for connecting; a whole try has a limit of its own.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends mail by the operator's server; a connection for each message.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    host: String,
    port: u16,
    from: Mailbox,
    /// Right of the `@` in message ids.
    domain: String,
}

impl Mailer {
    /// A mailer by `smtp`, whose password and authorities are read now.
    ///
    /// # Errors
    /// One clear line.
    pub fn new(smtp: &Smtp, public_url: &PublicUrl) -> anyhow::Result<Self> {
        let origin = public_url.origin();
        let domain = origin.split_once("://").map_or(origin, |(_, host)| host);
        let domain = domain.rsplit_once(':').map_or(domain, |(host, _)| host).to_owned();
        let from: Mailbox = smtp.from.parse().map_err(|_| {
            ConfigError::Smtp("DEWDROP_SERVER_SMTP_FROM is not an address such as dewdrop@example.org")
        })?;
        let tls = match smtp.security {
            Security::StartTls => Tls::Required(parameters(smtp)?),
            Security::Tls => Tls::Wrapper(parameters(smtp)?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(domain.clone()));
        if let Some((user, password)) = smtp.credentials()? {
            builder = builder.credentials(Credentials::new(user, password.reveal().to_owned()));
        }
        Ok(Self { transport: builder.build(), host: smtp.host.clone(), port: smtp.port, from, domain })
    }

    /// Hands a message for `to` to the mail server.
    pub(super) async fn send(&self, to: &str, message: &Message) -> Result<(), Failure> {
        let mail = self.compose(to, message)?;
        let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((self.host.as_str(), self.port)));
        if found.await.map_err(|_| Failure::TimedOut)?.map_err(|_| Failure::NotFound)?.next().is_none() {
            return Err(Failure::NotFound);
        }
        self.transport.send(mail).await.map(drop).map_err(|error| why(&error))
    }

    fn compose(&self, to: &str, message: &Message) -> Result<lettre::Message, Failure> {
        let to: Address = to.parse().map_err(|_| Failure::Recipient)?;
        lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(UNIX_EPOCH + Duration::from_secs(message.at.0))
            .message_id(Some(format!("<{}@{}>", message.id(), self.domain)))
            .subject(message.title())
            .header(ContentType::TEXT_PLAIN)
            .body(message.paragraphs())
            .map_err(|_| Failure::Recipient)
    }
}

/// Whether mail can be addressed to it.
pub(super) fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<Address>().is_ok()
}

fn parameters(smtp: &Smtp) -> anyhow::Result<TlsParameters> {
    let mut builder = TlsParameters::builder(smtp.host.clone());
    if let Some(pem) = smtp.authorities()? {
        let path = smtp.ca.clone().unwrap_or_default();
        // A text without any would be taken for an empty list.
        let begins = b"-----BEGIN CERTIFICATE-----";
        let has_one = pem.windows(begins.len()).any(|at| at == begins);
        let certificate = Certificate::from_pem(&pem).ok().filter(|_| has_one);
        let certificate =
            certificate.with_context(|| format!("{}: no certificate in PEM", path.display()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().context("TLS for the mail server")
}

fn why(error: &lettre::transport::smtp::Error) -> Failure {
    if let Some(code) = error.status() {
        return match u16::from(code) {
            454 | 530 | 534 | 535 | 538 => Failure::Password,
            550 | 551 | 553 | 556 => Failure::Recipient,
            400..=499 => Failure::Later,
            _ => Failure::Unwanted,
        };
    }
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    let mut cause = error.source();
    let mut said = error.to_string();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionRefused
        {
            return Failure::Refused;
        }
        said.push_str(&inner.to_string());
        cause = inner.source();
    }
    match said {
        said if said.contains("certificate") => Failure::Untrusted,
        said if said.contains("STARTTLS") => Failure::InClear,
        said if said.contains("authentication") => Failure::Password,
        _ => Failure::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Kind;
    use super::*;
    use crate::config::{Config, Settings};
    use crate::time::Time;

    fn mailer(from: &str) -> anyhow::Result<Mailer> {
        let settings = Settings {
            smtp_host: Some("mail.example.org".into()),
            smtp_from: Some(from.into()),
            ..Settings::default()
        };
        let url = PublicUrl::parse("https://drop.example.org:8443").unwrap();
        Mailer::new(&Config::new(settings).unwrap().smtp.unwrap(), &url)
    }

    #[test]
    fn the_whole_of_a_mail_is_fixed() {
        let desk = "https://drop.example.org/desk/".to_owned();
        let message = Message { id: [7; 16], kind: Kind::Arrived, at: Time(1_800_000_000), desk };
        let mailer = mailer("Dewdrop <dewdrop@example.org>").unwrap();
        let mail = mailer.compose("mara@example.org", &message).unwrap();
        assert_eq!(
            String::from_utf8(mail.formatted()).unwrap(),
            "From: Dewdrop <dewdrop@example.org>\r\n\
             To: mara@example.org\r\n\
             Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n\
             Message-ID: <BwcHBwcHBwcHBwcHBwcHBw@drop.example.org>\r\n\
             Subject: Something arrived\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 7bit\r\n\
             \r\n\
             Something arrived at your desk.\r\n\
             \r\n\
             https://drop.example.org/desk/"
        );
    }

    #[test]
    fn a_from_that_is_no_address_is_said_at_start() {
        let said = mailer("dew@").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("DEWDROP_SERVER_SMTP_FROM"), "{said}");
    }

    #[test]
    fn an_address_has_two_parts_and_no_lines() {
        assert!(is_address("mara@example.org"));
        let long = format!("{}@example.org", "m".repeat(300));
        for wrong in ["", "mara", "mara@", "@example.org", "a@b\r\nBcc: c@d", "Mara <m@e.org>", &long] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
