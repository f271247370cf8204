//! Dewdrop: a self-hosted, ephemeral, end-to-end-encrypted file drop.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod api;
pub mod app;
pub mod assets;
pub mod bytes;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod events;
pub mod http;
pub mod ids;
pub mod links;
pub mod sealed;
pub mod store;
pub mod submissions;
pub mod sweep;
pub mod time;
pub mod tokens;
