//! The OpenAPI document, put together from the table of calls and the types they name.
//! `docs/openapi.json` is a copy, from which the types in `web/src/api/schema.ts` are made.

use super::calls::calls;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApiBuilder, Paths};

/// The document as pretty JSON.
#[must_use]
pub fn document() -> String {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new();
    for call in calls() {
        let (method, path, operation, schemas) = call.whole();
        paths.add_path_operation(path, vec![method], operation);
        for (name, schema) in schemas {
            components = components.schema(name, schema);
        }
    }
    for (name, what) in [
        ("link", "link-auth, from the link's secret"),
        ("receipt", "receipt-auth, from the receipt"),
        ("set-up", "the token of the set-up address"),
        ("session", "the token of a session"),
        ("recovery", "recovery-auth, from the recovery sheet"),
    ] {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some(what.to_owned());
        components = components.security_scheme(name, SecurityScheme::Http(bearer));
    }
    let cookie = ApiKeyValue::with_description("__Host-dewdrop", "`dewdrop` on a loopback address");
    components = components.security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let info = InfoBuilder::new()
        .title("Dewdrop")
        .description(Some("A self-hosted, ephemeral, end-to-end-encrypted file drop"))
        .version("1");
    let document = OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build();
    let mut text = document.to_pretty_json().expect("an OpenAPI document is plain data");
    text.push('\n');
    text
}
