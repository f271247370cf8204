//! The mail server that alerts go through, as the operator sets it. The password is never a setting
//! itself: it lies in a file, or in the systemd credential `dewdrop.smtp-password`.

use super::{ConfigError, Settings};
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Most bytes of a password's file.
const PASSWORD_MOST: u64 = 4096;
const CREDENTIAL: &str = "dewdrop.smtp-password";

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// In clear first, then TLS; port 587.
    StartTls,
    /// TLS from the first byte; port 465.
    Tls,
    /// In clear, on this machine only; port 25.
    None,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: Option<String>,
    password_file: Option<PathBuf>,
    /// Whom mail comes from: `dewdrop@example.org` or `Dewdrop <dewdrop@example.org>`.
    pub from: String,
    /// PEM of authorities that are trusted besides those of the system.
    pub ca: Option<PathBuf>,
}

/// A password: not shown, zeroed on drop.
pub struct Password(Zeroizing<String>);

impl Password {
    /// The text, for the one place that sends it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Smtp {
    /// The mail server of these settings; none when no host is named.
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, ConfigError> {
        let Some(host) = settings.smtp_host.clone().filter(|host| !host.is_empty()) else {
            let stray = [settings.smtp_user.is_some(), settings.smtp_from.is_some()];
            return match stray.contains(&true) {
                true => Err(ConfigError::Smtp("settings of a mail server without DEWDROP_SERVER_SMTP_HOST")),
                false => Ok(None),
            };
        };
        if !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c)) {
            return Err(ConfigError::Smtp(
                "DEWDROP_SERVER_SMTP_HOST is a name or an address, without a port",
            ));
        }
        let security = match settings.smtp_security.as_deref() {
            None | Some("starttls") => Security::StartTls,
            Some("tls") => Security::Tls,
            Some("none") if is_here(&host) => Security::None,
            Some("none") => {
                return Err(ConfigError::Smtp("DEWDROP_SERVER_SMTP_SECURITY=none is for this machine only"));
            }
            Some(_) => {
                return Err(ConfigError::Smtp("DEWDROP_SERVER_SMTP_SECURITY is starttls, tls or none"));
            }
        };
        let usual = match security {
            Security::StartTls => 587,
            Security::Tls => 465,
            Security::None => 25,
        };
        let from = settings.smtp_from.clone().filter(|from| from.contains('@')).ok_or(ConfigError::Smtp(
            "DEWDROP_SERVER_SMTP_FROM must say whom mail comes from, such as dewdrop@example.org",
        ))?;
        Ok(Some(Self {
            port: settings.smtp_port.unwrap_or(usual),
            user: settings.smtp_user.clone(),
            password_file: settings.smtp_password_file.clone(),
            ca: settings.smtp_ca.clone(),
            host,
            security,
            from,
        }))
    }

    /// User and password, when the mail server wants them.
    ///
    /// # Errors
    /// [`ConfigError`] when there is a user without a password, or its file can not be read.
    pub fn credentials(&self) -> Result<Option<(String, Password)>, ConfigError> {
        let Some(user) = self.user.clone() else { return Ok(None) };
        let credential = || Some(Path::new(&std::env::var_os("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL));
        let path = self.password_file.clone().or_else(|| credential().filter(|path| path.exists()));
        let path = path.ok_or(ConfigError::Smtp(
            "there is a user but no password: DEWDROP_SERVER_SMTP_PASSWORD_FILE or the credential dewdrop.smtp-password",
        ))?;
        let text = read(&path)?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.is_empty() {
            return Err(ConfigError::File { path, why: "the file of the mail password is empty".into() });
        }
        Ok(Some((user, Password(Zeroizing::new(text.to_owned())))))
    }

    /// The PEM of `ca`.
    ///
    /// # Errors
    /// [`ConfigError`] when it can not be read.
    pub fn authorities(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        let Some(path) = &self.ca else { return Ok(None) };
        let failed = |error: std::io::Error| ConfigError::File { path: path.clone(), why: error.to_string() };
        std::fs::read(path).map(Some).map_err(failed)
    }
}

fn read(path: &Path) -> Result<Zeroizing<String>, ConfigError> {
    use std::io::Read as _;
    let failed = |error: std::io::Error| ConfigError::File { path: path.to_owned(), why: error.to_string() };
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(path)
        .map_err(failed)?
        .take(PASSWORD_MOST)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(text)
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str, security: &str) -> Settings {
        Settings {
            smtp_host: Some(host.to_owned()),
            smtp_security: Some(security.to_owned()),
            smtp_from: Some("dewdrop@example.org".to_owned()),
            ..Settings::default()
        }
    }

    #[test]
    fn a_mail_server_has_a_usual_port_for_each_security() {
        for (security, port) in [("starttls", 587), ("tls", 465), ("none", 25)] {
            let smtp = Smtp::of(&settings("localhost", security)).unwrap().unwrap();
            assert_eq!(smtp.port, port);
        }
        assert_eq!(Smtp::of(&Settings::default()), Ok(None));
    }

    #[test]
    fn mail_goes_in_clear_to_this_machine_only() {
        assert!(Smtp::of(&settings("127.0.0.1", "none")).is_ok());
        for (host, security) in [("mail.example.org", "none"), ("a b", "tls"), ("mail.example.org", "ssl")] {
            assert!(matches!(Smtp::of(&settings(host, security)), Err(ConfigError::Smtp(_))), "{host}");
        }
        let nobody = Settings { smtp_from: None, ..settings("mail.example.org", "tls") };
        assert!(Smtp::of(&nobody).is_err());
        let stray = Settings { smtp_host: None, ..settings("", "tls") };
        assert!(Smtp::of(&stray).is_err());
    }

    #[test]
    fn a_user_needs_a_password_that_can_be_read_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let with = |file: Option<PathBuf>| {
            let more = settings("mail.example.org", "tls");
            let all = Settings { smtp_user: Some("mara".into()), smtp_password_file: file, ..more };
            Smtp::of(&all).unwrap().unwrap().credentials()
        };
        assert!(matches!(with(Some(path.clone())), Err(ConfigError::File { .. })));
        std::fs::write(&path, "wine dark\n").unwrap();
        let (user, password) = with(Some(path.clone())).unwrap().unwrap();
        assert_eq!((user.as_str(), password.reveal()), ("mara", "wine dark"));
        assert_eq!(format!("{password:?}"), "Password(..)");
        std::fs::write(&path, "\n").unwrap();
        assert!(with(Some(path)).is_err());
    }
}
