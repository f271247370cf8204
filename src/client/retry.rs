//! When to try again, and how long to wait: only where a repetition can not do harm.

use super::http::HttpError;
use super::patience::Patience;
use std::thread;
use std::time::{Duration, Instant};

/// Waits between tries, in seconds; as many more tries as there are entries.
const WAITS: [u64; 7] = [1, 1, 3, 5, 10, 20, 30];
const LONGEST: Duration = Duration::from_mins(2);

/// Tries until it succeeds, is refused, or the waits are used up. `attempt` must be repeatable.
///
/// # Errors
/// The last one.
pub fn retry<T, E: AsHttp>(mut attempt: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    for wait in WAITS {
        match attempt() {
            Err(error) => match error.as_http().and_then(|http| wait_for(http, Duration::from_secs(wait))) {
                Some(wait) => thread::sleep(wait),
                None => return Err(error),
            },
            done => return done,
        }
    }
    attempt()
}

/// The same, as long as `patience` lasts; `waits` hears of what is waited for, when it is worth a word.
///
/// # Errors
/// The last one.
pub fn patiently<T>(
    patience: &mut Patience,
    waits: &mut dyn FnMut(&HttpError),
    mut attempt: impl FnMut() -> Result<T, HttpError>,
) -> Result<T, HttpError> {
    loop {
        let error = match attempt() {
            Err(error) => error,
            done => return done,
        };
        let Some(named) = wait_for(&error, Duration::ZERO) else { return Err(error) };
        let Some(wait) = patience.wait(&error, Some(named), Instant::now()) else { return Err(error) };
        if patience.is_tried() {
            waits(&error);
        }
        thread::sleep(wait);
    }
}

/// An error that may hold one of HTTP.
pub trait AsHttp {
    fn as_http(&self) -> Option<&HttpError>;
}

impl AsHttp for HttpError {
    fn as_http(&self) -> Option<&HttpError> {
        Some(self)
    }
}

/// How long to wait before another try, or `None` when none would help.
fn wait_for(error: &HttpError, usual: Duration) -> Option<Duration> {
    match error {
        HttpError::Unreachable(_) => Some(usual),
        HttpError::Refused { problem, retry_after } => match problem.status {
            // The next try asks first how much is there.
            409 if problem.kind == "offset-differs" => Some(usual),
            408 | 500 | 502 | 503 | 504 => Some(usual),
            429 => Some(retry_after.unwrap_or(usual).min(LONGEST)),
            _ => None,
        },
        HttpError::Origin | HttpError::Answer(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::refusal::Refusal;

    fn refused(status: u16, after: Option<u64>) -> HttpError {
        let problem = Box::new(Refusal::bare(status));
        HttpError::Refused { problem, retry_after: after.map(Duration::from_secs) }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let usual = Duration::from_secs(3);
        assert_eq!(wait_for(&HttpError::Unreachable("reset".into()), usual), Some(usual));
        assert_eq!(wait_for(&refused(503, None), usual), Some(usual));
        assert_eq!(wait_for(&refused(429, Some(9)), usual), Some(Duration::from_secs(9)));
        assert_eq!(wait_for(&refused(429, Some(9999)), usual), Some(LONGEST));
        for status in [400, 404, 409, 410, 413, 422, 507] {
            assert_eq!(wait_for(&refused(status, Some(1)), usual), None, "{status}");
        }
    }

    #[test]
    fn a_refusal_ends_the_tries_at_once() {
        let mut tries = 0;
        let result: Result<(), _> = retry(|| {
            tries += 1;
            Err(refused(410, None))
        });
        assert!(result.is_err());
        assert_eq!(tries, 1);
    }
}
