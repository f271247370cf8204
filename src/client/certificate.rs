//! When a certificate ends.

use crate::time::Time;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The end of a certificate in DER; none when it can not be read.
#[must_use]
pub fn ends(der: &[u8]) -> Option<Time> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    u64::try_from(certificate.validity().not_after.timestamp()).ok().map(Time)
}
