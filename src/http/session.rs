//! Sign-in and sign-out.

use super::auth::{SignedIn, cookie};
use super::problem::Refusal;
use super::{Server, peer};
use crate::accounts::{COOKIE_LASTS, Name, TOKEN_LASTS};
use crate::api::{NewSession, Salt, SaltFor, Session};
use crate::bytes::Octets;
use crate::tokens::Bearer;
use actix_web::web::{Data, Json, block};
use actix_web::{HttpRequest, HttpResponse};

pub(super) fn name(text: &str) -> Result<Name, Refusal> {
    text.parse().map_err(|_| Refusal::malformed("a sign-in name has 3 to 64 of a-z 0-9 . _ @ -"))
}

pub async fn salt(
    server: Data<Server>,
    request: HttpRequest,
    asked: Json<SaltFor>,
) -> Result<Json<Salt>, Refusal> {
    peer::knock(&server, &request)?;
    Ok(Json(Salt { salt: Octets(server.accounts.salt_of(&name(&asked.name)?)) }))
}

pub async fn begin(
    server: Data<Server>,
    request: HttpRequest,
    asked: Json<NewSession>,
) -> Result<HttpResponse, Refusal> {
    let peer = peer::knock(&server, &request)?;
    let name = name(&asked.name)?;
    let proof = Bearer::parse(&asked.proof).map_err(|_| Refusal::malformed("a proof is 32 bytes"))?;
    let lasts = if asked.token { TOKEN_LASTS } else { COOKIE_LASTS };
    let (now, accounts) = (server.now(), server.accounts.clone());
    let (token, session) = block(move || {
        let account = accounts.prove(now, &peer, &name, &proof)?;
        accounts.begin_session(now, account, lasts)
    })
    .await??;
    let mut answer = Session { account: session.account, expires_at: session.expires_at, token: None };
    if asked.token {
        answer.token = Some(token.reveal());
        return Ok(HttpResponse::Ok().json(answer));
    }
    Ok(HttpResponse::Ok().cookie(cookie(&server, &token.reveal(), COOKIE_LASTS.0)).json(answer))
}

pub async fn end(server: Data<Server>, SignedIn(session): SignedIn) -> Result<HttpResponse, Refusal> {
    let accounts = server.accounts.clone();
    block(move || accounts.end_session(&session)).await??;
    Ok(HttpResponse::NoContent().cookie(cookie(&server, "", 0)).finish())
}
