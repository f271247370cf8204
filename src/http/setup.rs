//! The first account.

use super::problem::Refusal;
use super::session::name;
use super::{Server, auth, peer};
use crate::accounts;
use crate::api::{SetUp, SetUpDone};
use actix_web::web::{Data, Json, block};
use actix_web::{HttpRequest, HttpResponse};

/// Whether the address is still good, before anyone chooses a passphrase for it.
pub async fn check(server: Data<Server>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let peer = peer::knock(&server, &request)?;
    let token = auth::bearer(&request).ok_or(accounts::AccountError::SetUpRefused)?;
    let (now, accounts) = (server.now(), server.accounts.clone());
    block(move || accounts.check_set_up(now, &peer, &token)).await??;
    Ok(HttpResponse::NoContent().finish())
}

pub async fn set_up(
    server: Data<Server>,
    request: HttpRequest,
    asked: Json<SetUp>,
) -> Result<HttpResponse, Refusal> {
    let peer = peer::knock(&server, &request)?;
    let token = auth::bearer(&request).ok_or(accounts::AccountError::SetUpRefused)?;
    let SetUp { account, name: text, salt, sign_in_hash, recovery_hash, unlock, vault } = asked.into_inner();
    let new = accounts::SetUp {
        account,
        name: name(&text)?,
        salt: salt.0,
        sign_in_hash,
        recovery_hash,
        unlock: unlock.0,
        vault: vault.0,
    };
    let (now, accounts) = (server.now(), server.accounts.clone());
    block(move || accounts.set_up(now, &peer, &token, &new)).await??;
    Ok(HttpResponse::Created().json(SetUpDone { account }))
}
