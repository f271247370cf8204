//! Parse the command line, run one command.
#![forbid(unsafe_code)]

fn main() {}
