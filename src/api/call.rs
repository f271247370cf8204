//! One call of the API, as the document describes it.

use std::borrow::Cow;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, HttpMethod, KnownFormat, Ref, RefOr, Required, Response, ResponseBuilder,
    Schema, SchemaFormat, SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

/// What proves that one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anyone,
    /// Bearer: the token of the address printed at the first start.
    SetUp,
    /// Bearer: link-auth.
    Link,
    /// Bearer: receipt-auth.
    Receipt,
    /// Bearer: the token of a session, or its cookie.
    Account,
    /// As an account, or bearer: recovery-auth.
    AccountOrRecovery,
}

impl Who {
    fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Anyone => &[],
            Self::SetUp => &["set-up"],
            Self::Link => &["link"],
            Self::Receipt => &["receipt"],
            Self::Account => &["session", "cookie"],
            Self::AccountOrRecovery => &["session", "cookie", "recovery"],
        }
    }
}

/// Names and shapes that a call refers to.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// One line of the table in `calls`.
pub struct Call {
    pub method: HttpMethod,
    pub path: &'static str,
    pub operation: OperationBuilder,
    pub schemas: Schemas,
    answer: ResponseBuilder,
    status: u16,
    /// Other answers that are no refusals.
    others: Vec<(u16, Response)>,
}

pub fn call(method: HttpMethod, path: &'static str, who: Who, summary: &str) -> Call {
    let mut operation = OperationBuilder::new().summary(Some(summary));
    for scheme in who.schemes() {
        operation = operation.security(SecurityRequirement::new(*scheme, [] as [&str; 0]));
    }
    let mut schemas = Schemas::new();
    for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(in_path(path, name, &mut schemas))),
        );
    }
    Call {
        method,
        path,
        operation,
        schemas,
        answer: ResponseBuilder::new().description("Done."),
        status: 204,
        others: Vec::new(),
    }
}

fn in_path(path: &str, name: &str, schemas: &mut Schemas) -> RefOr<Schema> {
    match (path, name) {
        (path, "id") if path.starts_with("/api/links/") => named::<crate::ids::LinkId>(schemas),
        (_, "id") => named::<crate::ids::SubmissionId>(schemas),
        (_, "n") => ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Integer))
            .minimum(Some(0))
            .maximum(Some(255))
            .into(),
        _ => String::schema(),
    }
}

/// A reference to a type, which `schemas` then has.
fn named<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    let name: Cow<'static, str> = T::name();
    schemas.push((name.to_string(), T::schema()));
    T::schemas(schemas);
    Ref::from_schema_name(name).into()
}

fn bytes() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        .into()
}

impl Call {
    /// The body is JSON of this type.
    pub fn takes<T: ToSchema>(self) -> Self {
        self.takes_as::<T>("application/json")
    }

    /// The body has the parts or fields of this type.
    pub fn takes_as<T: ToSchema>(mut self, content_type: &str) -> Self {
        let schema = named::<T>(&mut self.schemas);
        self.body(content_type, schema)
    }

    /// The body is bytes.
    pub fn takes_bytes(self, content_type: &str) -> Self {
        self.body(content_type, bytes())
    }

    fn body(mut self, content_type: &str, schema: RefOr<Schema>) -> Self {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let body = RequestBodyBuilder::new().content(content_type, content).required(Some(Required::True));
        self.operation = self.operation.request_body(Some(body.build()));
        self
    }

    /// The request has this header.
    pub fn header(mut self, name: &str, required: bool, description: &str) -> Self {
        self.operation = self.operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .required(if required { Required::True } else { Required::False })
                .description(Some(description))
                .schema(Some(String::schema())),
        );
        self
    }

    /// The answer is JSON of this type.
    pub fn answers<T: ToSchema>(self, status: u16) -> Self {
        self.answers_as::<T>(status, "application/json")
    }

    /// The answer has this type, in another form than JSON.
    pub fn answers_as<T: ToSchema>(mut self, status: u16, content_type: &str) -> Self {
        let schema = named::<T>(&mut self.schemas);
        self.answer = self.answer.content(content_type, ContentBuilder::new().schema(Some(schema)).build());
        self.answers_with(status, "Done.")
    }

    /// The answer is bytes or text of this content type.
    pub fn answers_bytes(mut self, status: u16, content_type: &str) -> Self {
        let schema = if content_type.starts_with("text/") { String::schema() } else { bytes() };
        self.answer = self.answer.content(content_type, ContentBuilder::new().schema(Some(schema)).build());
        self.answers_with(status, "The bytes.")
    }

    /// The answer has this status, and a body only if another line says so.
    pub fn answers_with(mut self, status: u16, description: &str) -> Self {
        self.answer = self.answer.description(description);
        self.status = status;
        self
    }

    /// Another answer has this status, and the headers and body that were named before this.
    pub fn or(mut self, status: u16, description: &str) -> Self {
        let named = self.answer.build();
        self.answer = named.clone().into();
        self.others.push((status, ResponseBuilder::from(named).description(description).build()));
        self
    }

    /// The answer has this header.
    pub fn says(mut self, name: &str, description: &str) -> Self {
        let header = HeaderBuilder::new().schema(String::schema()).description(Some(description)).build();
        self.answer = self.answer.header(name, header);
        self
    }

    /// The whole operation: every call may also be refused with a problem document.
    pub fn whole(mut self) -> (HttpMethod, &'static str, OperationBuilder, Schemas) {
        let problem = named::<super::Problem>(&mut self.schemas);
        let content = ContentBuilder::new().schema(Some(problem)).build();
        let refused = ResponseBuilder::new()
            .description("Refused.")
            .content("application/problem+json", content)
            .build();
        let mut operation = self.operation.response(self.status.to_string(), self.answer.build());
        for (status, other) in self.others {
            operation = operation.response(status.to_string(), other);
        }
        let operation = operation.response("default", refused);
        (self.method, self.path, operation, self.schemas)
    }
}
