//! The server's settings: flags over `DEWDROP_SERVER_*` over defaults.

use crate::config::{Config, Settings};
use clap::Args;
use figment::Figment;
use figment::providers::{Env, Serialized};
use serde::Serialize;
use std::path::PathBuf;

/// Where the server keeps things.
#[derive(Args, Serialize, Default)]
pub(super) struct Folders {
    /// Folder of records and sealed files [default: data]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// Folder of the keys, on another disk if there is one [default: keys inside the data folder]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<PathBuf>,
}

/// Reads and checks them; an unknown `DEWDROP_SERVER_*` is refused, because it is a misspelt one.
pub(super) fn config(flags: &impl Serialize) -> anyhow::Result<Config> {
    let settings: Settings = Figment::from(Serialized::defaults(Settings::default()))
        .merge(Env::prefixed("DEWDROP_SERVER_"))
        .merge(Serialized::defaults(flags))
        .extract()?;
    Ok(Config::new(settings)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_decides_and_what_is_not_said_has_a_default() {
        let said = Folders { data: Some("elsewhere".into()), keys: None };
        let config = config(&said).unwrap();
        assert_eq!(config.data, PathBuf::from("elsewhere"));
        assert_eq!(config.keys, PathBuf::from("elsewhere/keys"));
        assert!(config.listen.ip().is_loopback());
    }
}
