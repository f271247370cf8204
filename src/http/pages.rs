//! The pages and their files, the same bytes for everyone; nothing but our own origin is filled in.

use super::Server;
use super::problem::Refusal;
use crate::assets::Asset;
use crate::{api, assets};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION,
    VARY,
};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use std::borrow::Cow;

/// What a wrong address shows.
const NOTHING: &str = "nothing.html";

pub async fn root() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, "/desk/")).finish()
}

/// Also `/u%23…`, as mail gateways write it: the page repairs that. Nothing under `/u` is logged.
pub async fn u(request: HttpRequest, server: Data<Server>) -> Result<HttpResponse, Refusal> {
    file(&request, &server, "u.html")
}

pub async fn r(request: HttpRequest, server: Data<Server>) -> Result<HttpResponse, Refusal> {
    file(&request, &server, "r.html")
}

pub async fn desk(request: HttpRequest, server: Data<Server>) -> Result<HttpResponse, Refusal> {
    file(&request, &server, "desk.html")
}

/// The desk's service worker answers this in the browser. Where it is gone, a browser that was about to save
/// a file stays on its page.
pub async fn stream() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// The page of wrong addresses, under an address of its own, so that it can be verified like every other.
pub async fn nothing_page(request: HttpRequest, server: Data<Server>) -> Result<HttpResponse, Refusal> {
    file(&request, &server, NOTHING)
}

pub async fn asset(
    request: HttpRequest,
    server: Data<Server>,
    path: Path<String>,
) -> Result<HttpResponse, Refusal> {
    // Pages have one address each, and neighbours are reached by asking for an encoding.
    if path.ends_with(".html") || path.ends_with(".br") || path.ends_with(".gz") {
        return nothing_for(&request);
    }
    if assets::get(&path).is_none() {
        return nothing_for(&request);
    }
    file(&request, &server, &path)
}

pub async fn nothing(request: HttpRequest) -> Result<HttpResponse, Refusal> {
    nothing_for(&request)
}

/// A page for people who came by a wrong address, a problem document for everything else.
fn nothing_for(request: &HttpRequest) -> Result<HttpResponse, Refusal> {
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || request.path().starts_with("/api/") || !accepts.contains("text/html") {
        return Err(Refusal::not_available());
    }
    let asset = assets::get(NOTHING).ok_or_else(Refusal::not_available)?;
    let mut response = HttpResponse::NotFound();
    response.insert_header((CONTENT_TYPE, assets::content_type(NOTHING))).insert_header((VARY, "Accept"));
    Ok(response.body(served(asset)))
}

/// What is part of the program is served from where it lies.
fn served(asset: Asset) -> Bytes {
    match asset.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

pub async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(api::document())
}

fn file(request: &HttpRequest, server: &Server, path: &str) -> Result<HttpResponse, Refusal> {
    let accepts = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let (asset, encoding) =
        assets::encoded(path, accepts, server.public_url.origin()).ok_or_else(Refusal::not_available)?;
    let etag = assets::etag(&asset);
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CACHE_CONTROL, assets::cache_control(path)))
        .insert_header((ETAG, etag.as_str()))
        .insert_header((VARY, "Accept-Encoding"));
    if let Some(permissions) = assets::headers::permissions(path) {
        response.insert_header((assets::headers::PERMISSIONS, permissions));
    }
    if request.headers().get(IF_NONE_MATCH).is_some_and(|had| had.as_bytes() == etag.as_bytes()) {
        return Ok(response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish());
    }
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    response.insert_header((CONTENT_TYPE, assets::content_type(path)));
    Ok(response.body(served(asset)))
}
