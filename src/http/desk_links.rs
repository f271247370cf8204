//! Links at the desk.

use super::Server;
use super::auth::SignedIn;
use super::problem::Refusal;
use crate::api::{DeskLink, DeskLinks, LinkState, NewLink, Receiving};
use crate::bytes::Octets;
use crate::ids::{AccountId, LinkId};
use crate::links::{Found, Limits, Listed, Opening, State};
use crate::submissions::SubmissionError;
use crate::time::Now;
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, block};

pub async fn list(server: Data<Server>, SignedIn(session): SignedIn) -> Result<Json<DeskLinks>, Refusal> {
    let (now, server) = (server.now(), server.get_ref().clone());
    let listed = block(move || {
        let Listed { sound, mut unreadable } = server.links.of(session.account)?;
        let mut links = Vec::new();
        for found in sound {
            match shown(&server, now, session.account, found, &mut unreadable) {
                // Erased between the two looks.
                Err(SubmissionError::Unknown) => {}
                Err(error) if error.is_damage() => unreadable += 1,
                one => links.push(one?),
            }
        }
        Ok::<_, Refusal>(DeskLinks { links, unreadable })
    })
    .await??;
    Ok(Json(listed))
}

fn shown(
    server: &Server,
    now: Now,
    account: AccountId,
    found: Found,
    unreadable: &mut usize,
) -> Result<DeskLink, SubmissionError> {
    let Found { id, link, .. } = found;
    let mut receiving = Vec::new();
    let coming = server.submissions.receiving(id)?;
    *unreadable += coming.unreadable;
    for found in coming.sound {
        let mut received = 0;
        for (n, file) in &found.submission.files {
            received += server.submissions.offset(found.id, *n, file)?;
        }
        receiving.push(Receiving { submission: found.id, received, size: found.submission.size() });
    }
    Ok(DeskLink {
        state: match link.state(now) {
            State::Open => LinkState::Open,
            State::Spent => LinkState::Spent,
            State::Closed => LinkState::Closed,
            State::Expired => LinkState::Expired,
        },
        ended_at: link.ended(now).map(|(_, at)| at),
        card: Octets(server.links.card(id, account)?),
        invitation: server.links.invitation(id)?.map(Octets),
        recipient: link.recipient.to_string(),
        retention: link.retention,
        created_at: link.created_at,
        closes_at: link.closes_at,
        uses: link.uses,
        uses_left: link.uses_left,
        max_files: link.max_files,
        max_bytes: link.max_bytes,
        receiving,
        id,
    })
}

pub async fn open(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<LinkId>,
    asked: Json<NewLink>,
) -> Result<HttpResponse, Refusal> {
    let NewLink { auth_hash, recipient, invitation, cards, retention, closes_at, uses, max_files, max_bytes } =
        asked.into_inner();
    let opening = Opening {
        auth_hash,
        recipient: recipient
            .parse()
            .map_err(|_| Refusal::malformed("the recipient is not an age recipient"))?,
        invitation: invitation.0,
        cards: cards.into_iter().map(|(account, card)| (account, card.0)).collect(),
        limits: Limits { retention, closes_at, uses, max_files, max_bytes },
    };
    let (now, links) = (server.now(), server.links.clone());
    let new = block(move || links.open(now, session.account, *id, &opening)).await??;
    Ok(if new { HttpResponse::Created().finish() } else { HttpResponse::Ok().finish() })
}

pub async fn close(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<LinkId>,
) -> Result<HttpResponse, Refusal> {
    let (now, links) = (server.now(), server.links.clone());
    block(move || links.close(now, session.account, *id)).await??;
    Ok(HttpResponse::NoContent().finish())
}
