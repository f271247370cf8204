//! The settings of TLS: files of one's own, or ACME, or none because a proxy does it.

use super::{ConfigError, Settings};
use std::net::IpAddr;
use std::path::PathBuf;

/// The directory of Let's Encrypt.
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Where certificates come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// PEM files that someone else keeps fresh.
    Own {
        certificate: PathBuf,
        key: PathBuf,
    },
    Acme(Acme),
}

/// Certificates by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acme {
    /// At least one host; the first is where people go.
    pub domains: Vec<String>,
    /// A mail address.
    pub contact: Option<String>,
    pub directory: String,
    pub ca: Option<PathBuf>,
}

impl Tls {
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, ConfigError> {
        let acme = Acme::of(settings)?;
        match (&settings.tls_cert, &settings.tls_key, acme) {
            (None, None, acme) => Ok(acme.map(Self::Acme)),
            (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Err(ConfigError::TwoWays),
            (Some(certificate), Some(key), None) => {
                Ok(Some(Self::Own { certificate: certificate.clone(), key: key.clone() }))
            }
            (Some(_), None, None) => Err(ConfigError::HalfAPair("--tls-key")),
            (None, Some(_), None) => Err(ConfigError::HalfAPair("--tls-cert")),
        }
    }
}

impl Acme {
    fn of(settings: &Settings) -> Result<Option<Self>, ConfigError> {
        let Settings { acme, acme_contact: contact, acme_directory: directory, acme_ca: ca, .. } = settings;
        if acme.is_empty() {
            let said = [
                ("--acme-contact", contact.is_some()),
                ("--acme-directory", directory.is_some()),
                ("--acme-ca", ca.is_some()),
            ];
            return match said.iter().find(|(_, said)| *said) {
                Some((flag, _)) => Err(ConfigError::WithoutAcme(flag)),
                None => Ok(None),
            };
        }
        let domains = acme.iter().map(|name| host(name)).collect::<Result<_, _>>()?;
        let contact = contact.clone().map(|mail| mail.trim_start_matches("mailto:").to_owned());
        if let Some(mail) = contact.as_ref().filter(|mail| !is_address(mail)) {
            return Err(ConfigError::NotAnAddress(mail.clone()));
        }
        let directory = directory.clone().unwrap_or_else(|| LETS_ENCRYPT.to_owned());
        if !directory.starts_with("https://") || directory.contains(char::is_whitespace) {
            return Err(ConfigError::NotADirectory(directory));
        }
        Ok(Some(Self { domains, contact, directory, ca: ca.clone() }))
    }
}

/// A name that an authority can prove: labels with a dot between them.
fn host(name: &str) -> Result<String, ConfigError> {
    let lower = name.to_ascii_lowercase();
    let label = |label: &str| {
        let plain = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let good = lower.contains('.') && lower.split('.').all(label) && lower.parse::<IpAddr>().is_err();
    if good { Ok(lower) } else { Err(ConfigError::NotAHost(name.to_owned())) }
}

fn is_address(mail: &str) -> bool {
    let plain = mail.chars().all(|c| !c.is_whitespace() && !c.is_control());
    plain && mail.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn with(change: impl FnOnce(&mut Settings)) -> Result<Config, ConfigError> {
        let mut settings = Settings::default();
        change(&mut settings);
        Config::new(settings)
    }

    #[test]
    fn hosts_are_names_that_can_be_proved() {
        for good in ["drop.example.org", "DROP.example.org", "a-b.example", "xn--bcher-kva.example"] {
            assert!(host(good).is_ok(), "{good}");
        }
        for bad in
            ["", "localhost", "*.example.org", "10.0.0.1", "-a.org", "a..org", "https://a.org", "a.org."]
        {
            assert_eq!(host(bad), Err(ConfigError::NotAHost(bad.to_owned())));
        }
    }

    #[test]
    fn with_acme_the_first_host_is_the_public_address_on_port_443() {
        let config = with(|settings| settings.acme = vec!["Drop.example.org".into(), "b.example.org".into()]);
        let config = config.unwrap();
        assert_eq!(config.public_url.unwrap().origin(), "https://drop.example.org");
        assert_eq!(config.listen.port(), 443);
        let Some(Tls::Acme(acme)) = config.tls else { panic!("no ACME") };
        assert_eq!(acme.directory, LETS_ENCRYPT);
    }

    #[test]
    fn halves_and_contradictions_are_refused() {
        let cert = |settings: &mut Settings| settings.tls_cert = Some("c".into());
        let acme = |settings: &mut Settings| settings.acme = vec!["a.example.org".into()];
        assert_eq!(with(cert).unwrap_err(), ConfigError::HalfAPair("--tls-key"));
        let key = |settings: &mut Settings| settings.tls_key = Some("k".into());
        assert_eq!(with(key).unwrap_err(), ConfigError::HalfAPair("--tls-cert"));
        let both = with(|settings| {
            cert(settings);
            key(settings);
            acme(settings);
        });
        assert_eq!(both.unwrap_err(), ConfigError::TwoWays);
        let lone = with(|settings| settings.acme_ca = Some("ca".into()));
        assert_eq!(lone.unwrap_err(), ConfigError::WithoutAcme("--acme-ca"));
        let plain = with(|settings| {
            acme(settings);
            settings.public_url = Some("http://localhost".into());
        });
        assert!(matches!(plain.unwrap_err(), ConfigError::NotTls(_)));
        let nowhere = with(|settings| settings.redirect = Some(([0, 0, 0, 0], 80).into()));
        assert_eq!(nowhere.unwrap_err(), ConfigError::NowhereToRedirect);
        let contact = with(|settings| {
            acme(settings);
            settings.acme_contact = Some("mara".into());
        });
        assert!(matches!(contact.unwrap_err(), ConfigError::NotAnAddress(_)));
    }
}
