//! What a sender and a reader do in Rust: the second implementation of the formats, next to the pages.
//!
//! Blocking, one request after the other, in flat memory: 8 MiB in either direction. `http.rs` is the
//! only file that names reqwest, `age.rs` the only one that names age. Nothing here talks to a person.

pub mod age;
pub mod file_name;
pub mod http;
pub mod ranged;
pub mod refusal;
pub mod retry;
