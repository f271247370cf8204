//! The headers of every answer: nothing inline, nothing from elsewhere, nothing remembered.

/// What pages may load and do. `wasm-unsafe-eval` is for Argon2id at the desk.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types dewdrop svelte-trusted-html";

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
    ("Permissions-Policy", "geolocation=(), microphone=(), camera=(), payment=(), usb=()"),
    ("Cache-Control", "no-store"),
];

/// One more where people come by https.
pub const STRICT_TRANSPORT: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000");
