//! `dewdrop serve`: the server.

use super::log;
use super::settings::{Folders, config};
use crate::app;
use clap::Args;
use serde::Serialize;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Run the server; the first start prints the address to set it up
#[derive(Args, Serialize)]
pub(super) struct Serve {
    #[command(flatten)]
    #[serde(flatten)]
    folders: Folders,
    /// Where to listen [default: 127.0.0.1:8080; with TLS port 443 of all addresses]
    #[arg(long, value_name = "ADDR:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    /// What people type: https, or http on loopback [default: the listening address; with TLS the
    /// certificate's host]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// Certificate chain in PEM, followed when it changes
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_cert: Option<PathBuf>,
    /// Its key in PEM, mode 0600
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_key: Option<PathBuf>,
    /// Get certificates for this host by itself, and agree to the authority's terms of service
    #[arg(long, value_name = "HOST", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acme: Vec<String>,
    /// Where the authority may write to
    #[arg(long, value_name = "MAIL", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    acme_contact: Option<String>,
    /// The authority's directory [default: that of Let's Encrypt]
    #[arg(long, value_name = "URL", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    acme_directory: Option<String>,
    /// Whom to trust for the directory, in PEM [default: whom browsers trust]
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    acme_ca: Option<PathBuf>,
    /// Answer plain http here with the https address, such as 0.0.0.0:80
    #[arg(long, value_name = "ADDR:PORT", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect: Option<SocketAddr>,
    /// Proxies whose X-Forwarded-For is believed, with commas between them
    #[arg(long, value_name = "ADDR", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trusted_proxies: Vec<IpAddr>,
    /// Authorities, in PEM, that are trusted for the mail server besides the system's
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    smtp_ca: Option<PathBuf>,
    /// Name, address or range in your own network that alerts may go to; can be repeated
    #[arg(long, value_name = "HOST_OR_CIDR")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alert_allow: Vec<String>,
    /// Serve /metrics there, for this machine [default: nowhere]
    #[arg(long, value_name = "ADDR:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<SocketAddr>,
    /// Let --metrics be an address that others reach
    #[arg(long)]
    #[serde(skip_serializing_if = "is_unsaid")]
    metrics_beyond_loopback: bool,
}

/// A flag that is not given leaves the environment its say.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_unsaid(flag: &bool) -> bool {
    !flag
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config(&self)?;
        log::start();
        crate::process::open_many();
        app::serve(config)
    }
}
