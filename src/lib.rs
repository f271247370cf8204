//! Dewdrop: a self-hosted, ephemeral, end-to-end-encrypted file drop.
//!
//! A trainer sends a client a one-time link. The client's browser seals a video and answers to a
//! recipient that only the trainer can open, and sends them. The server seals what it gets once more,
//! under keys that it can destroy, keeps it for a while, and then destroys key, bytes and records.
//!
//! # The way of a submission
//! 1. [`links`]`::open`: the desk made a link, its age identity and an invitation; the server keeps the
//!    hash of `link-auth`, the recipient, the sealed invitation and a sealed card for each reader.
//! 2. [`http`]`::sender`: the phone asks with `link-auth`, checks the recipient's fingerprint, opens
//!    the invitation. Nothing is spent.
//! 3. [`submissions`]`::state`, `receive`, `put_manifest`: space is reserved, sealed bytes come in
//!    batches; an offset is told once it is on disk.
//! 4. [`submissions`]`::commit`: one transaction says that it is received and takes a use of the link.
//! 5. [`events`] tells the desk; readers collect, open and check it all: the server is not trusted.
//!    What the trainer replies (`submissions::reviews`) goes the same way back, to the receipt.
//! 6. [`sweep`]: what is due is erased: [`store`] destroys the slot's key, then bytes, then records. What
//!    has expired is refused from that instant on, swept or not.
//!
//! # Modules, in reading order; arrows only downward
//! ```text
//! main          parse the command line, run one command
//! cli           one file a command: setup, login, link, send, receipt, list, fetch, reply, erase,
//!               export-age, serve, sweep, clock, export, import
//! client        what a Rust sender and reader do
//! app           composition root: open the stores, start the schedule, serve until told to stop
//! supervision   what systemd is told: serving, alive, stopping
//! process       no core dumps, no file that others can read
//! config        one typed configuration, validated once
//! http          actix lives here only; http/mod.rs is the whole route table
//! tls           certificates: own files, or by themselves (ACME)
//! api           wire types, with their OpenAPI
//! sweep         one idempotent pass; sweep/schedule.rs says when
//! alerts        mail, webhook, ntfy to the trainer: what is due, told once, tried again
//! submissions   create, receive, manifest, commit, collect, reviews (notes and reply), erase
//! links         open, close, spend, erase
//! accounts      set-up, sign-in, vault, sessions
//! events        typed broadcast
//! clock         what time it is, in two readings that never run backwards
//! metrics       what is counted, and the text of /metrics
//! assets        the web files and their hashes
//! store         records, blobs, keyring: bytes, records, keys; knows nothing about links
//! sealed        the formats that leave a client; pure
//! ids tokens time bytes      base values
//! ```
//! `tests/layers.rs` checks who imports whom, that each vendor crate stays in its file, and that this
//! map names what exists. Formats byte by byte: `docs/format.md`.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod alerts;
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
pub mod metrics;
pub mod process;
pub mod sealed;
pub mod store;
pub mod submissions;
pub mod supervision;
pub mod sweep;
pub mod time;
pub mod tls;
pub mod tokens;
