//! Certificates by themselves. The only file that names `rustls_acme`, which orders a certificate when
//! there is none and again after two thirds of its life, proving by TLS-ALPN-01 on the TLS port.
//!
//! A directory that is down or refuses stops nothing: one line, what there is stays in use, and it is
//! asked again after 10 s, 1 min, 10 min, then hourly (authorities allow five failures an hour).

use super::TlsError;
use super::folder::Folder;
use super::held::Held;
use crate::config::Acme;
use futures_util::StreamExt as _;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore};
use rustls_acme::acme::{ACME_TLS_ALPN_NAME, AcmeError, Auth, Identifier};
use rustls_acme::{
    AccountCache, AcmeConfig, AcmeState, CertCache, EventError, EventOk, OrderError, ResolvesServerCertAcme,
    is_tls_alpn_challenge,
};
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, RwLock};
use std::time::Duration;

/// What a listener must offer, so that the authority can ask for the proof.
pub const PROTOCOL: &[u8] = ACME_TLS_ALPN_NAME;

const PAUSES: [Duration; 4] =
    [Duration::from_secs(10), Duration::from_mins(1), Duration::from_mins(10), Duration::from_hours(1)];
const LONGEST_REASON: usize = 400;

pub struct Orders {
    settings: Acme,
    trusts: Option<Arc<ClientConfig>>,
    folder: Arc<Folder>,
    door: Arc<Door>,
}

/// Answers handshakes: proofs from the order that is under way, all others from the pair in use.
#[derive(Debug)]
struct Door {
    held: Arc<Held>,
    order: RwLock<Option<Arc<ResolvesServerCertAcme>>>,
}

impl ResolvesServerCert for Door {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if is_tls_alpn_challenge(&hello) {
            let order = self.order.read().expect("nothing panics while it holds this lock").clone()?;
            return order.resolve(hello);
        }
        self.held.resolve(hello)
    }
}

impl Orders {
    pub fn new(settings: &Acme, data: &Path, held: Arc<Held>) -> Result<Self, TlsError> {
        let trusts = settings.ca.as_deref().map(trusting).transpose()?;
        let folder = Arc::new(Folder::open(data, held.clone())?);
        // Before the first handshake, not only once the orders are under way.
        if let Err(error) = folder.certificate(&settings.domains, &settings.directory) {
            tracing::error!(%error, "the certificate kept here can not be read");
        }
        let door = Arc::new(Door { held, order: RwLock::default() });
        Ok(Self { settings: settings.clone(), trusts, folder, door })
    }

    pub fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        self.door.clone()
    }

    /// Orders and renews, for as long as it is polled.
    pub async fn keep(self) {
        let Acme { domains, directory, .. } = &self.settings;
        let names = domains.join(", ");
        tracing::info!("certificates for {names} come from {directory}; its terms of service are agreed to");
        let mut failed = 0;
        loop {
            // A state of its own waits up to 18 hours between failures; a new one begins at once.
            let mut state = self.begins();
            while let Some(event) = state.next().await {
                match event {
                    Ok(EventOk::DeployedNewCert) => {
                        failed = 0;
                        let ends =
                            self.door.held.get().map_or_else(String::new, |pair| pair.ends.to_string());
                        tracing::info!("a new certificate for {names} is in use, until {ends}");
                    }
                    Ok(_) => {}
                    Err(EventError::Order(error)) => {
                        let pause = PAUSES[failed.min(PAUSES.len() - 1)];
                        tracing::error!(
                            "no certificate for {names} from {directory}: {}. What there is stays in use; \
                             next try in {} s",
                            reason(&error),
                            pause.as_secs()
                        );
                        failed += 1;
                        tokio::time::sleep(pause).await;
                        break;
                    }
                    Err(error) => tracing::error!("certificates: {}", one_line(&error.to_string())),
                }
            }
        }
    }

    fn begins(&self) -> AcmeState<io::Error> {
        let Acme { domains, contact, directory, .. } = &self.settings;
        let config = AcmeConfig::new(domains);
        let config = match &self.trusts {
            Some(trusts) => config.client_tls_config(trusts.clone()),
            None => config,
        };
        let contact = contact.iter().map(|mail| format!("mailto:{mail}"));
        let state = config.directory(directory).contact(contact).cache(Shelf(self.folder.clone())).state();
        *self.door.order.write().expect("nothing panics while it holds this lock") = Some(state.resolver());
        state
    }
}

/// Trusts these authorities, instead of those that browsers trust, for the directory alone.
fn trusting(ca: &Path) -> Result<Arc<ClientConfig>, TlsError> {
    const WHAT: &str = "file of authorities";
    let pem = std::fs::read(ca).map_err(|error| TlsError::Unreadable(WHAT, ca.to_owned(), error))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let added = certificate.map(|certificate| roots.add(certificate));
        if !matches!(added, Ok(Ok(()))) {
            return Err(TlsError::Damaged(WHAT, ca.to_owned()));
        }
    }
    if roots.is_empty() {
        return Err(TlsError::NoCertificate(ca.to_owned()));
    }
    let config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// What the authority said, when it said something.
fn reason(error: &OrderError) -> String {
    let words = match error {
        OrderError::BadAuth(Auth { challenges, identifier: Identifier::Dns(host), .. }) => {
            let said = challenges.iter().find_map(|challenge| challenge.error.as_ref()?.detail.clone());
            format!("the proof for {host} was not accepted: {}", said.as_deref().unwrap_or("no reason given"))
        }
        OrderError::Acme(AcmeError::HttpRequest(error)) => heart_of(&error.to_string()),
        error => error.to_string(),
    };
    one_line(&words)
}

/// The library shows whole values; what people need of them is one text inside.
fn heart_of(shown: &str) -> String {
    let plain = shown.replace("\\\"", "\"").replace("\\n", " ");
    let quoted = |name: &str| {
        let (_, rest) = plain.split_once(name)?;
        Some(rest.trim_start().strip_prefix('"')?.split('"').next()?.to_owned())
    };
    if let Some(detail) = quoted("\"detail\":") {
        return format!("it refuses: {detail}");
    }
    if plain.contains("ConnectError") {
        return format!("it can not be reached: {}", quoted("message:").unwrap_or(plain));
    }
    plain
}

/// Words of someone else, fit for a log.
fn one_line(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(LONGEST_REASON).collect()
}

/// The folder, as the library asks for it. Its files are small and seldom touched.
struct Shelf(Arc<Folder>);

type Asked<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

fn answer<'a, T: Send + 'a>(done: io::Result<T>) -> Asked<'a, T> {
    Box::pin(std::future::ready(done))
}

impl CertCache for Shelf {
    type EC = io::Error;

    fn load_cert<'s, 'n, 'd, 'a>(
        &'s self,
        names: &'n [String],
        directory: &'d str,
    ) -> Asked<'a, Option<Vec<u8>>>
    where
        's: 'a,
        'n: 'a,
        'd: 'a,
    {
        answer(self.0.certificate(names, directory))
    }

    fn store_cert<'s, 'n, 'd, 'p, 'a>(
        &'s self,
        names: &'n [String],
        directory: &'d str,
        pem: &'p [u8],
    ) -> Asked<'a, ()>
    where
        's: 'a,
        'n: 'a,
        'd: 'a,
        'p: 'a,
    {
        answer(self.0.keep_certificate(names, directory, pem))
    }
}

impl AccountCache for Shelf {
    type EA = io::Error;

    fn load_account<'s, 'c, 'd, 'a>(
        &'s self,
        contact: &'c [String],
        directory: &'d str,
    ) -> Asked<'a, Option<Vec<u8>>>
    where
        's: 'a,
        'c: 'a,
        'd: 'a,
    {
        answer(self.0.account(contact, directory))
    }

    fn store_account<'s, 'c, 'd, 'k, 'a>(
        &'s self,
        contact: &'c [String],
        directory: &'d str,
        key: &'k [u8],
    ) -> Asked<'a, ()>
    where
        's: 'a,
        'c: 'a,
        'd: 'a,
        'k: 'a,
    {
        answer(self.0.keep_account(contact, directory, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_in_its_own_words_on_one_line() {
        let down = r#"http error: ConnectError(TcpConnect(Os { code: 111, message: "Connection refused" }))"#;
        assert_eq!(heart_of(down), "it can not be reached: Connection refused");
        let body =
            "{\n  \"type\": \"urn:x\",\n  \"detail\": \"too many certificates\",\n  \"status\": 429\n}";
        let limited = format!("non 2xx http status: 429 {body:?}");
        assert_eq!(heart_of(&limited), "it refuses: too many certificates");
        assert_eq!(one_line(&format!("a\nb{}", "c".repeat(1000))).len(), LONGEST_REASON);
        assert!(!one_line("a\nb\x1b[2J").contains(char::is_control));
    }
}
