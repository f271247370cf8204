//! Sweep.

pub mod schedule;
