//! The headers of every answer: nothing inline, nothing from elsewhere, nothing remembered.

use crate::config::PublicUrl;
use actix_web::middleware::DefaultHeaders;

/// What pages may load and do. `wasm-unsafe-eval` is for Argon2id at the desk.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types dewdrop svelte-trusted-html";

/// Headers that an answer has unless its handler says otherwise.
pub fn defaults(public_url: &PublicUrl) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("Content-Security-Policy", POLICY))
        .add(("Referrer-Policy", "no-referrer"))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "DENY"))
        .add(("X-Robots-Tag", "noindex, nofollow"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Embedder-Policy", "require-corp"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add(("Permissions-Policy", "geolocation=(), microphone=(), camera=(), payment=(), usb=()"))
        .add(("Cache-Control", "no-store"));
    if public_url.is_https() {
        return headers.add(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"));
    }
    headers
}
