//! Parse the command line, run one command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    dewdrop::cli::run()
}
