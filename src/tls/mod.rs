//! TLS on the server's own port: with certificate files of its own, or with certificates that it gets
//! by itself (ACME, TLS-ALPN-01 on the same port).
//!
//! Guaranteed: what is served is always a whole pair that was checked; a new one is swapped in
//! between two handshakes and touches no connection that is open; a new one that is worse than the
//! one in use is refused. Behind a proxy nothing here is used.

mod acme;
mod folder;
mod held;
mod own;
mod pair;

use crate::config;
use crate::time::Time;
use held::Held;
pub use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::ResolvesServerCert;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why there is no TLS; each one clear line.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("the {0} {1} can not be read: {2}")]
    Unreadable(&'static str, PathBuf, std::io::Error),
    #[error("the {0} {1} is empty")]
    Empty(&'static str, PathBuf),
    #[error("the certificate file {0} holds no certificate: it must be PEM, -----BEGIN CERTIFICATE-----")]
    NoCertificate(PathBuf),
    #[error("the key file {0} holds no key: it must be PEM, -----BEGIN PRIVATE KEY-----")]
    NoKey(PathBuf),
    #[error("the key file {0} is protected by a passphrase; store the key without one, mode 0600")]
    Protected(PathBuf),
    #[error("the key file {0} can be read by everyone on this machine: chmod 600 {0}")]
    Exposed(PathBuf),
    #[error("the {0} {1} is damaged or of a kind that is not known here")]
    Damaged(&'static str, PathBuf),
    #[error("the key {key} does not belong to the certificate {certificate}")]
    Mismatch { certificate: PathBuf, key: PathBuf },
    #[error("the certificate {0} expired on {1}")]
    Expired(PathBuf, Time),
    #[error("the folder of certificates {0}: {1}")]
    Folder(PathBuf, std::io::Error),
}

/// TLS, ready to listen with.
pub struct Tls {
    held: Arc<Held>,
    keeper: Keeper,
}

/// What keeps the certificate fresh while the server runs.
enum Keeper {
    Own(own::Files),
    Acme(acme::Orders),
}

impl Tls {
    /// Reads what there is; certificates of ACME lie in `<data>/acme/`.
    ///
    /// # Errors
    /// [`TlsError`]; nothing has been written then but that folder.
    pub fn begin(settings: &config::Tls, data: &Path, now: Time) -> Result<Self, TlsError> {
        let held = Arc::new(Held::default());
        let keeper = match settings {
            config::Tls::Own { certificate, key } => {
                let files = own::Files { certificate: certificate.clone(), key: key.clone() };
                held.put(files.read(now)?);
                Keeper::Own(files)
            }
            config::Tls::Acme(settings) => Keeper::Acme(acme::Orders::new(settings, data, held.clone())?),
        };
        Ok(Self { held, keeper })
    }

    /// The first host that the certificate in use names.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.held.get()?.names.first().cloned()
    }

    /// What a listener speaks TLS with; it follows the certificate in use.
    #[must_use]
    pub fn server_config(&self) -> ServerConfig {
        let (resolver, protocol): (Arc<dyn ResolvesServerCert>, _) = match &self.keeper {
            Keeper::Own(_) => (self.held.clone(), None),
            Keeper::Acme(orders) => (orders.resolver(), Some(acme::PROTOCOL.to_vec())),
        };
        let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols.extend(protocol);
        config
    }

    /// Keeps the certificate fresh, for as long as it is polled.
    pub async fn keep(self) {
        let Self { held, keeper } = self;
        tokio::join!(held::tells_the_end(&held), async {
            match keeper {
                Keeper::Own(files) => own::follow(files, &held).await,
                Keeper::Acme(orders) => orders.keep().await,
            }
        });
    }
}

/// The wall clock: certificates are about it, whatever the store's clock holds back.
fn now() -> Time {
    Time(std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs()))
}
