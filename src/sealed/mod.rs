//! The formats that leave a client: what is sealed, how it is laid out, how it is checked.
//!
//! Pure: no IO, no clock, and nothing here knows HTTP or the store. Every construction has a twin of
//! the same name in `web/src/sealed`, and both run the vectors in `tests/vectors`. Sealing and
//! opening of age files themselves is the work of whoever reads and writes them (`client/age.rs`).

pub mod answers;
pub mod card;
pub mod form;
pub mod hash;
pub mod header;
pub mod identity;
pub mod invitation;
pub mod json;
pub mod link;
pub mod manifest;
pub mod notes;
pub mod padding;
pub mod question;
pub mod ranges;
pub mod reply;
pub mod vault;
