//! Plain http: every page is at the https address, and nothing else is answered. A link's secret is
//! in the fragment, which browsers keep for themselves and take along. Bodies are not read.

use crate::config::PublicUrl;
use actix_web::dev::Server;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, LOCATION};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::net::TcpListener;
use std::time::Duration;

/// Listens until its handle stops it.
///
/// # Errors
/// When the listener can not be used.
pub fn redirect(public_url: PublicUrl, listener: TcpListener) -> std::io::Result<Server> {
    let serving = HttpServer::new(move || {
        App::new().app_data(web::Data::new(public_url.clone())).default_service(web::to(elsewhere))
    });
    let serving = serving
        .workers(1)
        .client_request_timeout(Duration::from_secs(5))
        .client_disconnect_timeout(Duration::from_secs(1))
        .keep_alive(None)
        .shutdown_timeout(1)
        .disable_signals();
    Ok(serving.listen(listener)?.run())
}

async fn elsewhere(request: HttpRequest, public_url: web::Data<PublicUrl>) -> HttpResponse {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return HttpResponse::MethodNotAllowed().insert_header((ALLOW, "GET, HEAD")).force_close().finish();
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let there = format!("{}{path}", public_url.origin());
    HttpResponse::PermanentRedirect().insert_header((LOCATION, there)).force_close().finish()
}
