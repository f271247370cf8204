//! The API and the Rust client against whole servers: one module a resource or a promise.
//! `world`, `trainer`, `sender` and `raw` say what people and machines do; the others are tests.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod raw;
mod sender;
mod trainer;
mod world;

mod alerts;
mod damage;
mod desk;
mod document;
mod erasure;
mod form;
mod full;
mod hostile;
mod limits;
mod links;
mod markers;
mod moving;
mod operation;
mod reply;
mod restart;
mod sign_in;
mod starting;
mod story;
mod submissions;
mod terminal;
mod torture;
mod tus;
