//! Base values in the OpenAPI document. The formats `link-id`, `submission-id` and `account-id` become
//! types of their own in TypeScript.

use crate::bytes::Octets;
use crate::ids::{AccountId, LinkId, SubmissionId};
use crate::time::{Span, Time};
use crate::tokens::AuthHash;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

fn text(format: &str, pattern: &str, description: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .format(Some(SchemaFormat::Custom(format.to_owned())))
        .pattern(Some(pattern))
        .description(Some(description))
        .into()
}

fn seconds(description: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Integer))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0))
        .description(Some(description))
        .into()
}

/// 16 bytes have 22 characters of base64url, the last of them with four spare bits, all zero.
const ID: &str = "^[A-Za-z0-9_-]{21}[AQgw]$";
/// 32 bytes have 43, the last with two spare bits.
const HASH: &str = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$";

macro_rules! base {
    ($name:ident, $schema:expr) => {
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema
            }
        }

        impl ToSchema for $name {}
    };
}

base!(LinkId, text("link-id", ID, "16 bytes, made by the client."));
base!(SubmissionId, text("submission-id", ID, "16 bytes, made by the sender."));
base!(AccountId, text("account-id", ID, "16 bytes, made by the client."));
base!(AuthHash, text("hash", HASH, "SHA-256 of a bearer's 32 bytes."));
base!(Octets, text("base64url", "^[A-Za-z0-9_-]*$", "Bytes as base64url without padding."));
base!(Time, seconds("Seconds since 1970 UTC."));
base!(Span, seconds("A duration in seconds."));
