//! The program in a terminal, as people and scripts run it: the built binary against a real server.
#![allow(clippy::unwrap_used, reason = "tests")]

pub mod between;
mod continued;
mod doctor;
mod ended;
mod hostile;
mod log;
mod metrics;
mod person;
mod reply;
mod story;
mod twice;
mod verify;
