//! What the server listens on: the main door with or without TLS, and one that only shows the way to it.
//!
//! A door that can not be opened says what to do in one line, before anything stored is touched.

use crate::config::{Config, PublicUrl};
use crate::time::Time;
use crate::tls::Tls;
use anyhow::{Context as _, anyhow};
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// Listening already.
pub struct Doors {
    pub main: TcpListener,
    pub tls: Option<Tls>,
    pub redirect: Option<TcpListener>,
    /// For who operates it: `/metrics`.
    pub metrics: Option<TcpListener>,
}

impl From<TcpListener> for Doors {
    /// Plain http.
    fn from(main: TcpListener) -> Self {
        Self { main, tls: None, redirect: None, metrics: None }
    }
}

impl Doors {
    /// Reads the certificate, then listens.
    pub(super) fn open(config: &Config, now: Time) -> anyhow::Result<Self> {
        let tls = config.tls.as_ref().map(|tls| Tls::begin(tls, &config.data, now)).transpose()?;
        let redirect = config.redirect.map(|at| listen(at, "--redirect")).transpose()?;
        let metrics = config.metrics.map(|at| listen(at, "--metrics")).transpose()?;
        Ok(Self { main: listen(config.listen, "--listen")?, tls, redirect, metrics })
    }

    /// Where people find this server when the settings do not say it.
    pub(super) fn public_url(&self) -> anyhow::Result<PublicUrl> {
        let at = self.main.local_addr()?;
        let Some(tls) = &self.tls else { return Ok(PublicUrl::of_listener(at)) };
        let host = tls.name().ok_or_else(|| {
            anyhow!(
                "the certificate names no host: say where people go, --public-url https://drop.example.org"
            )
        })?;
        Ok(PublicUrl::of_host(&host, at.port())?)
    }
}

fn listen(at: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    let bound = match TcpListener::bind(at) {
        // All addresses of a machine without IPv6.
        Err(error) if at.ip() == Ipv6Addr::UNSPECIFIED && is_without_ipv6(&error) => {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, at.port()))
        }
        bound => bound,
    };
    let listener = bound.map_err(|error| anyhow!(words(at, flag, &error)))?;
    listener.set_nonblocking(true).context("the listener")?;
    Ok(listener)
}

fn is_without_ipv6(error: &Error) -> bool {
    // EAFNOSUPPORT has no kind of its own.
    error.kind() == ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(97)
}

fn words(at: SocketAddr, flag: &str, error: &Error) -> String {
    let port = at.port();
    let todo = match error.kind() {
        ErrorKind::AddrInUse => format!(
            "another program has port {port} (`ss -ltnp` names it): stop it, or say another with {flag}{}",
            if flag == "--redirect" { "; nothing else needs that port, certificates do not" } else { "" }
        ),
        ErrorKind::PermissionDenied => format!(
            "ports below 1024 need a permission: start it with systemd (AmbientCapabilities=\
             CAP_NET_BIND_SERVICE), or `setcap cap_net_bind_service=+ep` the program, or say another port \
             with {flag}"
        ),
        ErrorKind::AddrNotAvailable => format!("this machine has no such address: say another with {flag}"),
        _ => error.to_string(),
    };
    format!("can not listen on {at}: {todo}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_can_not_be_had_says_what_to_do() {
        let at = SocketAddr::from(([0, 0, 0, 0], 80));
        let said = |kind: ErrorKind| words(at, "--redirect", &kind.into());
        assert!(said(ErrorKind::AddrInUse).contains("another program has port 80"));
        assert!(said(ErrorKind::PermissionDenied).contains("CAP_NET_BIND_SERVICE"));
        assert!(said(ErrorKind::AddrNotAvailable).contains("no such address"));
    }
}
