//! Certificates made on the spot, and connections that look at them.

use crate::machine::output;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// A certificate that signs itself, and its key.
pub struct Pair {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Pair {
    /// For `localhost`, valid for 90 days since a minute ago: faketime may round up.
    pub fn new(folder: &Path, name: &str) -> Self {
        Self::at("1 minute ago", folder, name)
    }

    /// The same made at another time, as `faketime` writes it.
    pub fn at(time: &str, folder: &Path, name: &str) -> Self {
        let [certificate, key] = ["crt", "key"].map(|ending| folder.join(format!("{name}.{ending}")));
        let mut command = Command::new("faketime");
        command.args([time, "openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "90"]);
        command.args(["-pkeyopt", "ec_paramgen_curve:P-256", "-subj", &format!("/CN={name}")]);
        command.args(["-addext", "subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1"]);
        command.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        output(command.arg("-keyout").arg(&key).arg("-out").arg(&certificate));
        Self { certificate, key }
    }

    /// Puts this pair where another one is.
    pub fn replaces(&self, other: &Self) {
        std::fs::copy(&self.certificate, &other.certificate).unwrap();
        std::fs::copy(&self.key, &other.key).unwrap();
    }

    pub fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(&self.certificate).unwrap()
    }

    /// Adds the pair to a command line.
    pub fn serves<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.arg("--tls-cert").arg(&self.certificate).arg("--tls-key").arg(&self.key)
    }
}

/// What a client trusts.
pub fn trusting(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    certificates.into_iter().for_each(|certificate| roots.add(certificate).unwrap());
    let provider = rustls::crypto::ring::default_provider().into();
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

pub type Line = StreamOwned<ClientConnection, TcpStream>;

/// A connection to `host`, whose handshake has been made and trusted.
pub fn connects(trusts: &Arc<ClientConfig>, host: &str, port: u16) -> std::io::Result<Line> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let host = ServerName::try_from(host.to_owned()).unwrap();
    let mut line = StreamOwned::new(ClientConnection::new(trusts.clone(), host).unwrap(), stream);
    line.conn.complete_io(&mut line.sock)?;
    Ok(line)
}

/// The certificate that a server shows.
pub fn shown(line: &Line) -> CertificateDer<'static> {
    line.conn.peer_certificates().unwrap()[0].clone().into_owned()
}
