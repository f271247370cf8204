//! The headers of every answer: nothing inline, nothing from elsewhere, nothing remembered.

/// What pages may load and do. `wasm-unsafe-eval` is for Argon2id at the desk.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types dewdrop svelte-trusted-html";

pub const PERMISSIONS: &str = "Permissions-Policy";

/// A reply may be spoken or filmed: the desk alone may ask for microphone and camera.
const PERMISSIONS_OF_DESK: &str = "geolocation=(), microphone=(self), camera=(self), payment=(), usb=()";

/// Headers that an answer has unless its handler says otherwise.
pub const DEFAULTS: [(&str, &str); 10] = [
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (PERMISSIONS, "geolocation=(), microphone=(), camera=(), payment=(), usb=()"),
    ("Cache-Control", "no-store"),
];

/// One more where people come by https.
pub const STRICT_TRANSPORT: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000");

/// What a file of ours may be allowed beyond the defaults: the value of [`PERMISSIONS`].
#[must_use]
pub fn permissions(path: &str) -> Option<&'static str> {
    (path == "desk.html").then_some(PERMISSIONS_OF_DESK)
}

/// The defaults as the file at `path` has them, without `Cache-Control`, which each has of its own.
pub fn of(path: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = permissions(path);
    let defaults = DEFAULTS.into_iter().filter(|(name, _)| *name != "Cache-Control");
    defaults.map(move |(name, value)| (name, own.filter(|_| name == PERMISSIONS).unwrap_or(value)))
}
