//! Ctrl-C and SIGTERM while sending or fetching: says what is safe and how to go on, and ends the process.
//!
//! Nothing has to be put in order first: what is kept on disk is whole at every instant.

use crate::client::standing::{Stand, Standing};
use std::sync::{Arc, mpsc};
use std::{io, process, thread};
use tokio::signal::unix::{SignalKind, signal};

/// Exit codes of a shell for these signals.
const INTERRUPTED: i32 = 130;
const TERMINATED: i32 = 143;

/// From now on sending ends with words.
pub(super) fn with_words(standing: Arc<Standing>) {
    says(move |code| {
        eprintln!("\n{}", words(standing.get()));
        code
    });
}

/// From now on the process ends with `last`, which hears the exit code of the signal and answers the one to
/// end with. Without threads or signals it ends without.
pub(super) fn says(last: impl FnOnce(i32) -> i32 + Send + 'static) {
    let (ready, listening) = mpsc::channel();
    thread::spawn(move || {
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            && let Ok(code) = runtime.block_on(stopped(ready))
        {
            process::exit(last(code));
        }
    });
    // Nothing is ever sent: it ends when the other side listens, or can not.
    let _: Result<(), _> = listening.recv();
}

/// The exit code of the first signal.
async fn stopped(ready: mpsc::Sender<()>) -> io::Result<i32> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    drop(ready);
    Ok(tokio::select! {
        _ = interrupt.recv() => INTERRUPTED,
        _ = terminate.recv() => TERMINATED,
    })
}

/// What is left, and what to do.
pub(super) fn words(stand: Stand) -> &'static str {
    match stand {
        Stand::Nothing => "Stopped.",
        Stand::Sealing => {
            "Stopped before everything was sealed here: the files are still needed. \
             `dewdrop send --continue` seals them anew and sends them; `dewdrop send --forget` erases it."
        }
        Stand::Unkept => "Stopped. Nothing was received and nothing is kept here; send it again.",
        Stand::Safe => {
            "Stopped. Everything is sealed here; continue with `dewdrop send --continue`. \
             The files are no longer needed for that."
        }
        Stand::Proven => {
            "Stopped. It may have been received already; `dewdrop send --continue` asks and ends it."
        }
    }
}
