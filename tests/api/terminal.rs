//! The program in a terminal, as people and scripts run it: the built binary against a real server.
#![allow(clippy::unwrap_used, reason = "tests")]

pub mod between;
mod continued;
mod doctor;
mod ended;
mod fetched;
mod full_here;
mod hostile;
mod log;
mod metrics;
mod person;
mod reply;
mod story;
mod tampered;
mod twice;
mod verify;
mod watching;
