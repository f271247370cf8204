//! One typed configuration of the server, validated once.
//!
//! [`Settings`] is what a person writes (flags, `DEWDROP_SERVER_*`); [`Config`] is what the rest reads.

mod allow;
mod smtp;
mod tls;

pub use allow::Allowed;
pub use smtp::{Password, Security, Smtp};
pub use tls::{Acme, LETS_ENCRYPT, Tls};

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt::Display;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// Settings as written; every one has a default.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of records and blobs.
    pub data: PathBuf,
    /// Folder of keys; `keys` inside `data` unless told otherwise.
    pub keys: Option<PathBuf>,
    /// `127.0.0.1:8080`, with TLS port 443 of all addresses, unless told otherwise.
    pub listen: Option<SocketAddr>,
    /// What people type; the listening address, with TLS the certificate's host, unless told otherwise.
    pub public_url: Option<String>,
    /// Bytes of the disk that stay free; the larger of 5 % and 2 GiB unless told otherwise.
    pub low_water: Option<u64>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "list")]
    pub trusted_proxies: Vec<IpAddr>,
    /// PEM files of a certificate chain and its key.
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    /// Hosts that certificates are got for.
    #[serde(deserialize_with = "list")]
    pub acme: Vec<String>,
    /// Where the authority writes to.
    pub acme_contact: Option<String>,
    /// The authority's directory; Let's Encrypt unless told otherwise.
    pub acme_directory: Option<String>,
    /// PEM file of whom to trust for the directory, instead of those that browsers trust.
    pub acme_ca: Option<PathBuf>,
    /// Where plain http is answered with the https address.
    pub redirect: Option<SocketAddr>,
    /// Mail server of the alerts; without it alerts go other ways.
    pub smtp_host: Option<String>,
    pub smtp_port: Option<u16>,
    /// `starttls`, `tls`, or `none` on this machine.
    pub smtp_security: Option<String>,
    pub smtp_user: Option<String>,
    /// Holds the password; else the systemd credential `dewdrop.smtp-password`.
    pub smtp_password_file: Option<PathBuf>,
    pub smtp_from: Option<String>,
    /// PEM of authorities trusted besides the system's.
    pub smtp_ca: Option<PathBuf>,
    /// Names, addresses and ranges inside the own network that alerts may go to.
    #[serde(deserialize_with = "list")]
    pub alert_allow: Vec<String>,
    /// Where `/metrics` is; nowhere unless told.
    pub metrics: Option<SocketAddr>,
    /// That address may be one that others reach.
    pub metrics_beyond_loopback: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            keys: None,
            listen: None,
            public_url: None,
            low_water: None,
            trusted_proxies: Vec::new(),
            tls_cert: None,
            tls_key: None,
            acme: Vec::new(),
            acme_contact: None,
            acme_directory: None,
            acme_ca: None,
            redirect: None,
            smtp_host: None,
            smtp_port: None,
            smtp_security: None,
            smtp_user: None,
            smtp_password_file: None,
            smtp_from: None,
            smtp_ca: None,
            alert_allow: Vec::new(),
            metrics: None,
            metrics_beyond_loopback: false,
        }
    }
}

/// A list, or the same in one text with commas, as an environment writes it.
fn list<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        One(String),
        Many(Vec<String>),
    }
    let said = match Said::deserialize(from)? {
        Said::One(text) => vec![text],
        Said::Many(texts) => texts,
    };
    let parts = said.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| part.parse().map_err(|error| serde::de::Error::custom(format!("{part:?}: {error}"))))
        .collect()
}

/// What the server runs with.
#[derive(Debug, Clone)]
pub struct Config {
    pub data: PathBuf,
    pub keys: PathBuf,
    pub listen: SocketAddr,
    /// None: follow the certificate or the listening address.
    pub public_url: Option<PublicUrl>,
    pub low_water: Option<u64>,
    pub trusted_proxies: Vec<IpAddr>,
    /// None: plain http, for loopback or a proxy.
    pub tls: Option<Tls>,
    pub redirect: Option<SocketAddr>,
    pub smtp: Option<Smtp>,
    pub alert_allow: Vec<Allowed>,
    pub metrics: Option<SocketAddr>,
}

/// Where people find this server: `scheme://host[:port]`, https or loopback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
}

/// A setting that can not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("the public URL must begin with https:// (or http:// with a loopback address); it is {0:?}")]
    NotSecure(String),
    #[error(
        "{0} can be reached by others, without https: say --public-url https://… if a proxy stands in front, \
         or --acme HOST, or --tls-cert and --tls-key"
    )]
    InClear(SocketAddr),
    #[error(
        "the public URL is an origin such as https://drop.example.org, without path or query; it is {0:?}"
    )]
    NotAnOrigin(String),
    #[error("--tls-cert and --tls-key belong together: {0} is missing")]
    HalfAPair(&'static str),
    #[error("--tls-cert and --acme are two ways to a certificate: choose one")]
    TwoWays,
    #[error("--acme takes a host name such as drop.example.org, without *; it is {0:?}")]
    NotAHost(String),
    #[error("--acme-contact takes a mail address; it is {0:?}")]
    NotAnAddress(String),
    #[error("--acme-directory begins with https://; it is {0:?}")]
    NotADirectory(String),
    #[error("{0} says how certificates are got: it needs --acme HOST")]
    WithoutAcme(&'static str),
    #[error("this server speaks TLS, so the public URL begins with https://; it is {0:?}")]
    NotTls(String),
    #[error(
        "--redirect sends people to https, and there is none: add --tls-cert and --tls-key, --acme, or \
         --public-url https://…"
    )]
    NowhereToRedirect,
    #[error("mail: {0}")]
    Smtp(&'static str),
    #[error("{path}: {why}")]
    File { path: PathBuf, why: String },
    #[error("--alert-allow takes a host name, an address or a range such as 192.168.1.0/24; it is {0:?}")]
    Allow(String),
    #[error(
        "{0} can be reached by others: give --metrics a loopback address, or say --metrics-beyond-loopback"
    )]
    MetricsForOthers(SocketAddr),
}

impl PublicUrl {
    /// Reads an origin.
    ///
    /// # Errors
    /// [`ConfigError`] when browsers would not treat it as secure, or it is more than an origin.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let lower = text.to_ascii_lowercase();
        let (https, rest) = match (lower.strip_prefix("https://"), lower.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(ConfigError::NotSecure(text.to_owned())),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if rest.is_empty() || !rest.chars().all(plain) {
            return Err(ConfigError::NotAnOrigin(text.to_owned()));
        }
        if !https && !is_loopback(rest) {
            return Err(ConfigError::NotSecure(text.to_owned()));
        }
        Ok(Self { origin: format!("{}://{rest}", if https { "https" } else { "http" }), https })
    }

    /// The origin of a server that listens on loopback without TLS.
    #[must_use]
    pub fn of_listener(listen: SocketAddr) -> Self {
        Self { origin: format!("http://{listen}"), https: false }
    }

    /// The https origin of a host.
    ///
    /// # Errors
    /// [`ConfigError::NotAnOrigin`] when it is no host.
    pub fn of_host(host: &str, port: u16) -> Result<Self, ConfigError> {
        let port = if port == 443 { String::new() } else { format!(":{port}") };
        Self::parse(&format!("https://{host}{port}"))
    }

    /// `scheme://host[:port]`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }
}

fn is_loopback(host: &str) -> bool {
    let name = if host.starts_with('[') {
        host.split_once(']').map_or(host, |(name, _)| &name[1..])
    } else {
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Config {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`ConfigError`], one clear line.
    pub fn new(settings: Settings) -> Result<Self, ConfigError> {
        let smtp = Smtp::of(&settings)?;
        let alert_allow = settings.alert_allow.iter().map(|entry| entry.parse()).collect::<Result<_, _>>()?;
        let tls = Tls::of(&settings)?;
        let Settings {
            data, keys, listen, public_url, low_water, trusted_proxies, redirect, metrics, ..
        } = settings;
        let public_url = match (public_url, &tls) {
            (Some(url), tls) => {
                let parsed = PublicUrl::parse(&url)?;
                if tls.is_some() && !parsed.is_https() {
                    return Err(ConfigError::NotTls(url));
                }
                Some(parsed)
            }
            (None, Some(Tls::Acme(acme))) => Some(PublicUrl::of_host(&acme.domains[0], 443)?),
            (None, _) => None,
        };
        let leads_to_https = tls.is_some() || public_url.as_ref().is_some_and(PublicUrl::is_https);
        if redirect.is_some() && !leads_to_https {
            return Err(ConfigError::NowhereToRedirect);
        }
        if let Some(at) = metrics.filter(|at| !at.ip().is_loopback() && !settings.metrics_beyond_loopback) {
            return Err(ConfigError::MetricsForOthers(at));
        }
        let keys = keys.unwrap_or_else(|| data.join("keys"));
        let listen = listen.unwrap_or_else(|| match tls {
            Some(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 443)),
            None => SocketAddr::from(([127, 0, 0, 1], 8080)),
        });
        if public_url.is_none() && tls.is_none() && !listen.ip().is_loopback() {
            return Err(ConfigError::InClear(listen));
        }
        Ok(Self {
            data,
            keys,
            listen,
            public_url,
            low_water,
            trusted_proxies,
            tls,
            redirect,
            smtp,
            alert_allow,
            metrics,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_for_this_machine_unless_told_otherwise() {
        let settings = |metrics: &str, metrics_beyond_loopback| {
            let metrics = Some(metrics.parse().unwrap());
            Config::new(Settings { metrics, metrics_beyond_loopback, ..Settings::default() })
        };
        for good in
            [settings("127.0.0.1:9100", false), settings("[::1]:1", false), settings("0.0.0.0:1", true)]
        {
            assert!(good.is_ok());
        }
        for bad in ["0.0.0.0:9100", "10.0.0.7:9100", "[::]:9100"] {
            assert!(matches!(settings(bad, false), Err(ConfigError::MetricsForOthers(_))), "{bad}");
        }
    }

    #[test]
    fn what_others_can_reach_is_https() {
        let at = |listen: &str, public_url: Option<&str>| {
            let (listen, public_url) = (Some(listen.parse().unwrap()), public_url.map(str::to_owned));
            Config::new(Settings { listen, public_url, ..Settings::default() }).map(drop)
        };
        assert!(matches!(at("0.0.0.0:8080", None), Err(ConfigError::InClear(_))));
        assert!(matches!(at("[::]:8080", None), Err(ConfigError::InClear(_))));
        assert_eq!(at("[::1]:8080", None), Ok(()));
        assert_eq!(at("0.0.0.0:8080", Some("https://drop.example.org")), Ok(()));
    }

    #[test]
    fn a_public_url_is_https_or_loopback() {
        for good in
            ["https://drop.example.org", "http://127.0.0.1:8080/", "http://localhost", "http://[::1]:80"]
        {
            assert!(PublicUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://drop.example.org",
            "ftp://x",
            "drop.example.org",
            "http://10.0.0.1",
            "http://localhost.evil.org",
        ] {
            assert!(matches!(PublicUrl::parse(bad), Err(ConfigError::NotSecure(_))), "{bad}");
        }
        for bad in ["https://", "https://a.org/drop", "https://a.org?x", "https://user@a.org"] {
            assert!(matches!(PublicUrl::parse(bad), Err(ConfigError::NotAnOrigin(_))), "{bad}");
        }
    }
}
