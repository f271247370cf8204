//! What a sender and a reader do in Rust: the second implementation of the formats, next to the pages.
//!
//! Blocking, in flat memory: at most 8 MiB of a file in either direction. `http` is the
//! only place that names reqwest, `age.rs` the only one that names age. Nothing here talks to a person.
//!
//! A sender: [`link`] opens a link and checks everything that comes before sending, [`send`] begins: [`sealing`]
//! seals, [`staging`] beside [`upload`], [`stages`] keep it on disk, `journey` carries it; [`resume`] goes on
//! later, [`leftovers`] ends what nobody continues.
//! A reader: [`desk`] signs in and unlocks, [`new_link`] makes links, [`list`] names what is there, [`delivery`] opens a submission
//! and checks it, [`fetch`] saves its files ([`opening`] verifies, [`partial`] keeps what has come), [`collect`] all of it; [`arrivals`] says
//! that something came; [`export`] writes it as it is stored; [`reply`] answers the sender, who reads it with the receipt.
//! Anyone: [`verify`] compares what a server serves with what this program would, [`doctor`] looks at what is between.

pub mod age;
pub mod arrivals;
pub mod begun;
mod certificate;
pub mod collect;
pub mod delivery;
pub mod desk;
mod dispatch;
pub mod doctor;
pub mod export;
pub mod fetch;
pub mod file_name;
pub mod http;
mod journey;
pub mod leftovers;
pub mod link;
pub mod list;
pub mod media_type;
pub mod new_link;
pub mod opening;
mod pace;
pub mod partial;
pub mod patience;
mod pouring;
pub mod refusal;
pub mod reply;
pub mod resume;
pub mod retry;
pub mod sealing;
pub mod send;
pub mod stages;
pub mod staging;
pub mod standing;
pub mod stream;
pub mod upload;
pub mod verify;
