//! The program as it is deployed: with certificates of its own, with certificates that it gets by
//! itself, and behind the proxies whose settings are shipped. `machine`, `certificates`, `authority` and
//! `proxies` run the real things; the others are tests.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

// What people do is said once, for servers in this process; here a part of it is used.
#[allow(dead_code)]
#[path = "../api/raw.rs"]
mod raw;
#[allow(dead_code)]
#[path = "../api/sender.rs"]
mod sender;
#[allow(dead_code)]
#[path = "../api/trainer.rs"]
mod trainer;
#[allow(dead_code)]
#[path = "../api/world.rs"]
mod world;

mod authority;
mod certificates;
mod machine;
mod proxies;

mod acme;
mod behind;
mod own;
mod redirect;
mod slow;
mod supervised;
mod unit;
