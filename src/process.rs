//! What this process leaves on the machine: no core dump, no file that others can read.
//!
//! Memory holds keys and passphrases. The unit forbids dumps as well; this holds wherever it is started.

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, setrlimit, umask};

/// From now on this process is never dumped, no other process of its user may look into it, and what it
/// makes is its user's alone.
pub fn keep_private() {
    umask(Mode::RWXG | Mode::RWXO);
    // A sandbox may refuse to change limits; the second line alone is enough for the kernel.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    if let Err(error) = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        eprintln!("dewdrop: this system does not let core dumps be turned off: {error}");
    }
}

/// As many open files as this system lets it have: a connection takes two, and what a shell gives is 1024.
pub fn open_many() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(%error, "the number of open files stays as it is");
    }
}
