//! The formats that leave a client: what is sealed, how it is laid out, how it is checked.
//!
//! Pure: no IO, no clock, and nothing here knows HTTP or the store. Every construction has a twin of
//! the same name in `web/src/sealed`, and both run the vectors in `tests/vectors`.

pub mod header;
pub mod ranges;
