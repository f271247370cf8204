//! The OpenAPI document, put together from the types of this module.

use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "Dewdrop", description = "A self-hosted, ephemeral, end-to-end-encrypted file drop"),
    components(schemas(
        super::Commit,
        super::Committed,
        super::DeskLinks,
        super::DeskSubmissionWhole,
        super::DeskSubmissions,
        super::Event,
        super::NewLink,
        super::NewSession,
        super::NewSubmission,
        super::NewUnlock,
        super::NewVault,
        super::Problem,
        super::Receipt,
        super::Salt,
        super::SaltFor,
        super::SenderLink,
        super::Session,
        super::SetUp,
        super::SetUpDone,
        super::Uploads,
        super::Vault,
    ))
)]
struct Document;

/// The document as pretty JSON.
#[must_use]
pub fn document() -> String {
    Document::openapi().to_pretty_json().expect("an OpenAPI document is plain data")
}
