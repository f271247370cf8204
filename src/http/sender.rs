//! What the holder of a link does: read it, announce a submission.

use super::Server;
use super::auth::Sender;
use super::problem::Refusal;
use crate::api::{NewSubmission, OpenState, SenderLink, Uploads};
use crate::bytes::Octets;
use crate::ids::SubmissionId;
use crate::links::{Found, LinkError};
use actix_web::web::{Data, Json, Path, block};

pub async fn link(server: Data<Server>, Sender(auth): Sender) -> Result<Json<SenderLink>, Refusal> {
    let (now, links) = (server.now(), server.links.clone());
    let (Found { id, link, .. }, invitation) = block(move || {
        let found = links.open_by_auth(now, &auth)?;
        let invitation = links.invitation(found.id)?.ok_or(LinkError::Unknown)?;
        Ok::<_, LinkError>((found, invitation))
    })
    .await??;
    Ok(Json(SenderLink {
        link: id,
        recipient: link.recipient.to_string(),
        invitation: Octets(invitation),
        retention: link.retention,
        closes_at: link.closes_at,
        uses: link.uses,
        max_files: link.max_files,
        max_bytes: link.max_bytes,
        state: OpenState::Open,
    }))
}

pub async fn state(
    server: Data<Server>,
    Sender(auth): Sender,
    id: Path<SubmissionId>,
    asked: Json<NewSubmission>,
) -> Result<Json<Uploads>, Refusal> {
    let NewSubmission { receipt_hash, files } = asked.into_inner();
    let (now, server, id) = (server.now(), server.get_ref().clone(), id.into_inner());
    let uploads = files.keys().map(|n| (*n, format!("/api/receipt/files/{n}"))).collect();
    block(move || {
        let link = server.links.by_auth(&auth)?;
        server.submissions.state(now, &link, id, receipt_hash, &files)?;
        Ok::<_, Refusal>(())
    })
    .await??;
    Ok(Json(Uploads { uploads }))
}
