//! Received submissions at the desk.

use super::Server;
use super::auth::SignedIn;
use super::problem::Refusal;
use super::receipt::reply_state;
use crate::api::{
    DeskSubmission, DeskSubmissionWhole, DeskSubmissions, FileState, NotesState, ReceivedState,
};
use crate::bytes::Octets;
use crate::ids::{AccountId, SubmissionId};
use crate::submissions::{Found, Listed, SubmissionError, Submissions};
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, block};

pub async fn list(
    server: Data<Server>,
    SignedIn(session): SignedIn,
) -> Result<Json<DeskSubmissions>, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    let listed = block(move || {
        let Listed { sound, mut unreadable } = submissions.received_by(now, session.account)?;
        let mut listed = Vec::new();
        for found in sound {
            match shown(&submissions, session.account, &found) {
                // Erased between the two looks.
                Err(SubmissionError::Unknown) => {}
                Err(error) if error.is_damage() => unreadable += 1,
                one => listed.push(one?),
            }
        }
        Ok::<_, Refusal>(DeskSubmissions { submissions: listed, unreadable })
    })
    .await??;
    Ok(Json(listed))
}

fn shown(
    submissions: &Submissions,
    account: AccountId,
    found: &Found,
) -> Result<DeskSubmission, SubmissionError> {
    let submission = &found.submission;
    let (Some(received_at), Some(expires_at)) = (submission.received_at, submission.expires_at) else {
        return Err(SubmissionError::Unknown);
    };
    let file = |file: &crate::submissions::File| FileState {
        size: file.size,
        offset: file.size,
        saved_at: file.saved_at,
    };
    Ok(DeskSubmission {
        id: found.id,
        link: submission.link,
        state: ReceivedState::Received,
        received_at,
        expires_at,
        opened_at: submission.opened_at,
        files: submission.files.iter().map(|(n, of)| (*n, file(of))).collect(),
        asked: submission.asked,
        card: Octets(submissions.card(found.id, account)?),
        notes: submission.reviews.notes.as_ref().map(|notes| NotesState {
            version: notes.k,
            size: notes.size,
            at: notes.at,
        }),
        reply: reply_state(submission),
    })
}

pub async fn get(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<Json<DeskSubmissionWhole>, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    let whole = block(move || {
        let found = submissions.readable(now, session.account, *id)?;
        Ok::<_, SubmissionError>(DeskSubmissionWhole {
            submission: shown(&submissions, session.account, &found)?,
            proof: found.submission.proof.clone(),
            invitation: Octets(submissions.invitation(found.id)?),
        })
    })
    .await??;
    Ok(Json(whole))
}

pub async fn manifest(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    let sealed = block(move || submissions.manifest_of(now, session.account, *id)).await??;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(sealed))
}

pub async fn opened(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    block(move || submissions.opened(now, session.account, *id)).await??;
    Ok(HttpResponse::NoContent().finish())
}

pub async fn saved(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    path: Path<(SubmissionId, u8)>,
) -> Result<HttpResponse, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    let (id, n) = path.into_inner();
    block(move || submissions.saved(now, session.account, id, n)).await??;
    Ok(HttpResponse::NoContent().finish())
}

pub async fn ask(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    let (boot, server) = (server.clock.boot(), server.get_ref().clone());
    block(move || {
        server.submissions.ask(boot, session.account, *id)?;
        // The sweep looks as soon as the request can not be taken back any more.
        let soon = server.now().reads + crate::submissions::TAKE_BACK;
        server.events.publish(crate::events::Event::Due(soon));
        Ok::<_, Refusal>(())
    })
    .await??;
    Ok(HttpResponse::NoContent().finish())
}

pub async fn keep(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    block(move || submissions.keep(now, session.account, *id)).await??;
    Ok(HttpResponse::NoContent().finish())
}
