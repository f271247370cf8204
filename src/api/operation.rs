//! How the server is doing, for `dewdrop doctor`: sums and times, nothing about anyone.

use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the server is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Operation {
    pub version: String,
    pub now: Time,
    /// The kernel's clock was set by a time server.
    pub synchronised: bool,
    /// Seconds since the last sweep without a failure, or since the start.
    pub sweep_age: u64,
    pub sweep_failures: u64,
    /// Bytes of the data's disk.
    pub free: u64,
    pub total: u64,
    /// Free bytes below which nothing new is taken.
    pub low_water: u64,
    /// This request says whom it is forwarded for, and comes from no listed proxy.
    pub forwarded_by_stranger: bool,
}

/// What became of a piece that was sent to be measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Probed {
    /// Bytes that came.
    pub bytes: u64,
    /// Milliseconds between the first and the last of them.
    pub spread: u64,
}
