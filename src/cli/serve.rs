//! `dewdrop serve`: the server.

use super::log;
use super::settings::{Folders, config};
use crate::app;
use clap::Args;
use serde::Serialize;
use std::net::SocketAddr;

/// Run the server; the first start prints the address to set it up
#[derive(Args, Serialize)]
pub(super) struct Serve {
    #[command(flatten)]
    #[serde(flatten)]
    folders: Folders,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    /// What people type: https, or http on loopback [default: the listening address]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config(&self)?;
        log::start();
        app::serve(config)
    }
}
