//! The vault of an account, and a new passphrase for it.

use super::auth::{SignedIn, bearer};
use super::problem::Refusal;
use super::{Server, peer};
use crate::api::{NewUnlock, NewVault, Vault};
use crate::bytes::Octets;
use crate::tokens::Bearer;
use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::web::{Data, Json, block};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse};

fn etag(version: u32) -> String {
    format!("\"{version}\"")
}

pub async fn get(server: Data<Server>, SignedIn(session): SignedIn) -> Result<HttpResponse, Refusal> {
    let accounts = server.accounts.clone();
    let vault = block(move || accounts.vault(session.account)).await??;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(vault.version))).json(Vault {
        account: session.account,
        name: vault.name,
        salt: Octets(vault.salt),
        unlock: Octets(vault.unlock),
        vault: Octets(vault.vault),
    }))
}

pub async fn put(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    request: HttpRequest,
    asked: Json<NewVault>,
) -> Result<HttpResponse, Refusal> {
    let version = request.headers().get(IF_MATCH).and_then(|value| value.to_str().ok());
    let version = version.and_then(|value| value.trim_matches('"').parse().ok()).ok_or_else(|| {
        Refusal::new(428, "if-match-required", "Say which version this replaces, in If-Match.")
    })?;
    let accounts = server.accounts.clone();
    let put = block(move || accounts.put_vault(session.account, version, &asked.vault.0)).await??;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(put))).finish())
}

pub async fn put_unlock(
    server: Data<Server>,
    request: HttpRequest,
    asked: Json<NewUnlock>,
) -> Result<HttpResponse, Refusal> {
    let peer = peer::knock(&server, &request)?;
    let NewUnlock { sign_in_hash, unlock, proof } = asked.into_inner();
    let (now, accounts) = (server.now(), server.accounts.clone());
    // With a proof it is the account itself; without, the recovery sheet's bearer.
    let session = match &proof {
        Some(_) => Some(SignedIn::extract(&request).await?.0),
        None => None,
    };
    let recovery = bearer(&request);
    block(move || {
        let account = match (session, proof.as_deref().map(Bearer::parse), recovery) {
            (Some(session), Some(Ok(proof)), _) => {
                accounts.prove_again(now, &peer, session.account, &proof)?;
                session.account
            }
            (None, None, Some(recovery)) => accounts.recover(now, &peer, &recovery)?,
            _ => return Err(Refusal::signed_out()),
        };
        Ok(accounts.change_passphrase(account, sign_in_hash, &unlock.0)?)
    })
    .await??;
    Ok(HttpResponse::NoContent().finish())
}
