//! A certificate chain with its key: read, checked, dated. The only file that names `x509_parser`.
//!
//! A [`Pair`] is whole: the key belongs to the certificate, which has not ended at the time of the
//! check. Whether anyone trusts it is theirs to say.

use super::TlsError;
use crate::time::Time;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Whole chains are a few KiB.
const MOST: u64 = 1 << 20;

pub struct Pair {
    pub certified: Arc<CertifiedKey>,
    pub begins: Time,
    pub ends: Time,
    /// Hosts it is for, names before addresses, without wildcards.
    pub names: Vec<String>,
}

impl Pair {
    /// Reads two files.
    pub fn read(certificate: &Path, key: &Path, now: Time) -> Result<Self, TlsError> {
        let chain = read("certificate file", certificate)?;
        let private = read("key file", key)?;
        let pair = Self::parse(&chain, &private, certificate, key)?;
        let mode = fs::metadata(key).map(|data| data.permissions().mode());
        if mode.is_ok_and(|mode| mode & 0o007 != 0) {
            return Err(TlsError::Exposed(key.to_owned()));
        }
        if pair.ends <= now {
            return Err(TlsError::Expired(certificate.to_owned(), pair.ends));
        }
        Ok(pair)
    }

    /// The same of PEM in memory; the paths are for words. An end in the past is left to the caller.
    pub fn parse(chain: &[u8], private: &[u8], certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let damaged = || TlsError::Damaged("certificate file", certificate.to_owned());
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(|_| damaged())?;
        let Some(first) = chain.first() else {
            return Err(TlsError::NoCertificate(certificate.to_owned()));
        };
        let (begins, ends, names) = facts(first).ok_or_else(damaged)?;
        let private = PrivateKeyDer::from_pem_slice(private).map_err(|error| match error {
            pem::Error::NoItemsFound if is_protected(private) => TlsError::Protected(key.to_owned()),
            pem::Error::NoItemsFound => TlsError::NoKey(key.to_owned()),
            _ => TlsError::Damaged("key file", key.to_owned()),
        })?;
        let certified = CertifiedKey::from_der(chain, private, &ring::default_provider()).map_err(
            |error| match error {
                Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                    TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
                }
                Error::InvalidCertificate(_) => damaged(),
                _ => TlsError::Damaged("key file", key.to_owned()),
            },
        )?;
        Ok(Self { certified: Arc::new(certified), begins, ends, names })
    }

    /// Whether both are the same certificate.
    pub fn is(&self, other: &Self) -> bool {
        self.certified.cert == other.certified.cert
    }
}

fn read(what: &'static str, path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |error| TlsError::Unreadable(what, path.to_owned(), error);
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > MOST {
        return Err(TlsError::Damaged(what, path.to_owned()));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    if bytes.trim_ascii().is_empty() {
        return Err(TlsError::Empty(what, path.to_owned()));
    }
    Ok(bytes)
}

fn is_protected(pem: &[u8]) -> bool {
    String::from_utf8_lossy(pem).contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
}

fn facts(certificate: &CertificateDer<'_>) -> Option<(Time, Time, Vec<String>)> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let time = |seconds: i64| Time(u64::try_from(seconds).unwrap_or(0));
    let validity = parsed.validity();
    let alternatives = parsed.subject_alternative_name().ok()?;
    let general = alternatives.iter().flat_map(|extension| &extension.value.general_names);
    let (mut names, mut addresses) = (Vec::new(), Vec::new());
    for name in general {
        match name {
            GeneralName::DNSName(name) if !name.contains('*') => names.push((*name).to_owned()),
            GeneralName::IPAddress(octets) => addresses.extend(host(octets)),
            _ => {}
        }
    }
    names.append(&mut addresses);
    Some((time(validity.not_before.timestamp()), time(validity.not_after.timestamp()), names))
}

/// An address as an origin writes it.
fn host(octets: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(octets) {
        return Some(IpAddr::V4(Ipv4Addr::from(four)).to_string());
    }
    let six = <[u8; 16]>::try_from(octets).ok()?;
    Some(format!("[{}]", Ipv6Addr::from(six)))
}
