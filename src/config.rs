//! One typed configuration of the server, validated once.
//!
//! [`Settings`] is what a person writes (flags, `DEWDROP_SERVER_*`); [`Config`] is what the rest reads.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Settings as written; every one has a default.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of records and blobs.
    pub data: PathBuf,
    /// Folder of keys; `keys` inside `data` unless told otherwise.
    pub keys: Option<PathBuf>,
    pub listen: SocketAddr,
    /// What people type; `http://` and the listening address unless told otherwise.
    pub public_url: Option<String>,
    /// Bytes of the disk that stay free; the larger of 5 % and 2 GiB unless told otherwise.
    pub low_water: Option<u64>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            keys: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            low_water: None,
            trusted_proxies: Vec::new(),
        }
    }
}

/// What the server runs with.
#[derive(Debug, Clone)]
pub struct Config {
    pub data: PathBuf,
    pub keys: PathBuf,
    pub listen: SocketAddr,
    /// None: follow the listening address.
    pub public_url: Option<PublicUrl>,
    pub low_water: Option<u64>,
    pub trusted_proxies: Vec<IpAddr>,
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
        "the public URL is an origin such as https://drop.example.org, without path or query; it is {0:?}"
    )]
    NotAnOrigin(String),
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
        let Settings { data, keys, listen, public_url, low_water, trusted_proxies } = settings;
        let public_url = public_url.as_deref().map(PublicUrl::parse).transpose()?;
        let keys = keys.unwrap_or_else(|| data.join("keys"));
        Ok(Self { data, keys, listen, public_url, low_water, trusted_proxies })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
