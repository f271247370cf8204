//! Puts the headers of [`crate::assets::headers`] on every answer.

use crate::assets::headers::{DEFAULTS, STRICT_TRANSPORT};
use crate::config::PublicUrl;
use actix_web::middleware::DefaultHeaders;

/// Headers that an answer has unless its handler says otherwise.
pub fn defaults(public_url: &PublicUrl) -> DefaultHeaders {
    let strict = public_url.is_https().then_some(STRICT_TRANSPORT);
    DEFAULTS.into_iter().chain(strict).fold(DefaultHeaders::new(), DefaultHeaders::add)
}
