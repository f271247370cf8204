//! Every call there is, in the order of the route table in `http/mod.rs`; `tests/api/document.rs`
//! compares the two.

use super::call::{Call, Who, call};
use super::{
    AlertTest, AlertTested, Alerts, Commit, Committed, DeskLinks, DeskSubmissionWhole, DeskSubmissions,
    Event, Form, NewAlerts, NewLink, NewSession, NewSubmission, NewUnlock, NewVault, Operation, Probed,
    Receipt, Salt, SaltFor, SenderLink, Session, SetUp, SetUpDone, Uploads, Vault,
};
use utoipa::openapi::HttpMethod::{Delete, Get, Head, Patch, Post, Put};

const BYTES: &str = "application/octet-stream";
const PAGE: &str = "text/html";

pub fn calls() -> Vec<Call> {
    let mut all = common();
    all.extend(sender());
    all.extend(account());
    all.extend(pages());
    all
}

fn common() -> Vec<Call> {
    use Who::{AccountOrRecovery, Anyone, SetUp as Token};
    vec![
        call(Post, "/api/session/salt", Anyone, "The salt of a sign-in name, also of one that nobody has.")
            .takes::<SaltFor>()
            .answers::<Salt>(200),
        call(Post, "/api/session", Anyone, "Signs in: a cookie for 7 days, or a token for 30.")
            .takes::<NewSession>()
            .answers::<Session>(200),
        call(Delete, "/api/session", Who::Account, "Signs out."),
        call(Get, "/api/openapi.json", Anyone, "This document.").answers_bytes(200, "application/json"),
        call(Get, "/api/setup", Token, "Whether the set-up address is still good."),
        call(Post, "/api/setup", Token, "Makes the first account.")
            .takes::<SetUp>()
            .answers::<SetUpDone>(201),
        call(Put, "/api/vault/unlock", AccountOrRecovery, "A new passphrase; ends all sessions.")
            .takes::<NewUnlock>(),
    ]
}

fn sender() -> Vec<Call> {
    use Who::{Link, Receipt as Held};
    vec![
        call(Get, "/api/link", Link, "What the link says and asks; 410 once it has ended.")
            .answers::<SenderLink>(200),
        call(Post, "/api/link/form", Link, "One shot: create, manifest, files and commit.")
            .takes_as::<Form>("multipart/form-data")
            .answers::<Committed>(200),
        call(Put, "/api/submissions/{id}", Link, "Announces a submission, or states its files anew.")
            .takes::<NewSubmission>()
            .answers::<Uploads>(200),
        call(Get, "/api/receipt", Held, "What became of the submission.").answers::<Receipt>(200),
        call(Delete, "/api/receipt", Held, "Erases it, in any state."),
        call(Put, "/api/receipt/manifest", Held, "The sealed manifest, an age file of at most 1 MiB.")
            .takes_bytes(BYTES),
        call(Post, "/api/receipt/commit", Held, "Sends it: all or nothing, can be repeated.")
            .takes::<Commit>()
            .answers::<Committed>(200),
        tus(call(Head, "/api/receipt/files/{n}", Held, "How much of a file is here (tus 1.0.0)."))
            .answers_with(200, "Here it goes on."),
        tus(call(Patch, "/api/receipt/files/{n}", Held, "More of a file (tus 1.0.0)."))
            .header("Upload-Offset", true, "Where this piece begins.")
            .takes_bytes("application/offset+octet-stream"),
        call(Delete, "/api/receipt/files/{n}", Held, "Takes a file away (tus termination)."),
        versioned(call(Get, "/api/receipt/reply", Held, "The sealed reply.").answers_bytes(200, BYTES)),
        call(Delete, "/api/receipt/reply", Held, "Erases the reply, and nothing else."),
    ]
}

fn tus(call: Call) -> Call {
    call.header("Tus-Resumable", false, "1.0.0")
        .says("Upload-Offset", "Bytes that are safely here.")
        .says("Upload-Length", "Bytes announced.")
        .says("Upload-Expires", "When what is here is erased unless more comes.")
}

fn account() -> Vec<Call> {
    use Who::Account;
    let file = "/api/submissions/{id}/files/{n}";
    let (notes, reply) = ("/api/submissions/{id}/notes", "/api/submissions/{id}/reply");
    vec![
        call(Get, "/api/vault", Account, "The account's sealed state.")
            .answers::<Vault>(200)
            .says("ETag", "Its version."),
        call(Put, "/api/vault", Account, "Replaces it; 412 when another desk was first.")
            .header("If-Match", true, "The version that this replaces.")
            .takes::<NewVault>()
            .answers_with(200, "Replaced.")
            .says("ETag", "Its new version."),
        call(Get, "/api/links", Account, "All links.").answers::<DeskLinks>(200),
        call(Put, "/api/links/{id}", Account, "Opens a link; repeated it answers 200.")
            .takes::<NewLink>()
            .answers_with(201, "Opened."),
        call(Post, "/api/links/{id}/close", Account, "Closes it, and ends what is receiving through it."),
        call(Get, "/api/submissions", Account, "All that was received.").answers::<DeskSubmissions>(200),
        call(Get, "/api/submissions/{id}", Account, "One of them, with what a reader needs.")
            .answers::<DeskSubmissionWhole>(200),
        call(Delete, "/api/submissions/{id}", Account, "Erases it in 10 seconds, unless it is kept."),
        call(Post, "/api/submissions/{id}/keep", Account, "Takes the erasure back."),
        call(Post, "/api/submissions/{id}/opened", Account, "A reader has opened the manifest."),
        call(Get, "/api/submissions/{id}/manifest", Account, "The sealed manifest.")
            .answers_bytes(200, BYTES),
        versioned(call(Get, notes, Account, "The trainer's sealed notes.").answers_bytes(200, BYTES)),
        versioned(
            call(
                Put,
                notes,
                Account,
                "Replaces them, an age file of at most 32 MiB; 412 when another was first.",
            )
            .header("If-Match", false, "The version that this replaces.")
            .header("If-None-Match", false, "`*` when there are none yet.")
            .takes_bytes(BYTES),
        ),
        call(Delete, notes, Account, "Erases them, and nothing else."),
        versioned(
            call(Get, reply, Account, "The sealed reply, as the sender gets it.").answers_bytes(200, BYTES),
        ),
        versioned(
            call(
                Put,
                reply,
                Account,
                "Replies to the sender, an age file of at most 32 MiB; replaces one before.",
            )
            .takes_bytes(BYTES),
        ),
        call(Delete, reply, Account, "Takes the reply back, and nothing else."),
        ranged(call(Get, file, Account, "A sealed file, or one range of it (206)."))
            .answers_bytes(200, BYTES)
            .or(206, "One range of it; Content-Range says which."),
        ranged(call(Head, file, Account, "Size and version of a sealed file."))
            .answers_with(200, "It can be read."),
        call(Post, "/api/submissions/{id}/files/{n}/saved", Account, "A reader has verified its last chunk."),
        call(Get, "/api/alerts", Account, "Where the trainer is told, of what, and how that goes.")
            .answers::<Alerts>(200),
        call(Put, "/api/alerts", Account, "Sets all of it; secrets left out are kept.")
            .takes::<NewAlerts>()
            .answers::<Alerts>(200),
        call(Post, "/api/alerts/test", Account, "Sends a test, now; 502 says why it did not come through.")
            .takes::<AlertTest>()
            .answers::<AlertTested>(200),
        call(Get, "/api/events", Account, "What changes, as server-sent events.")
            .answers_as::<Event>(200, "text/event-stream"),
        call(Get, "/api/operation", Account, "How the server is doing.").answers::<Operation>(200),
        call(Patch, "/api/operation/piece", Account, "Takes up to 8 MiB, measures and forgets them.")
            .takes_bytes(BYTES)
            .answers::<Probed>(200),
        call(
            Patch,
            "/api/operation/full",
            Account,
            "Refuses with 507 before the first byte, as a full disk would.",
        )
        .takes_bytes(BYTES)
        .answers::<Probed>(200),
    ]
}

fn ranged(call: Call) -> Call {
    call.header("Range", false, "One range of bytes.")
        .header("If-Range", false, "The ETag.")
        .header("If-None-Match", false, "The ETag.")
        .says("ETag", "Its version.")
        .or(304, "Not altered: nothing that was sent ever is.")
}

fn versioned(call: Call) -> Call {
    call.says("ETag", "Its version.")
}

fn pages() -> Vec<Call> {
    use Who::Anyone;
    vec![
        call(Get, "/healthz", Anyone, "Whether it is up.").answers_bytes(200, "text/plain"),
        call(Get, "/", Anyone, "Leads to the desk.").answers_with(302, "To /desk/."),
        call(Get, "/u", Anyone, "The sender's page.").answers_bytes(200, PAGE),
        call(Get, "/u{mangled}", Anyone, "The same, where a mail gateway wrote %23 for #.")
            .answers_bytes(200, PAGE),
        call(Get, "/r", Anyone, "The receipt's page.").answers_bytes(200, PAGE),
        call(Get, "/desk", Anyone, "Leads to the desk.").answers_with(302, "To /desk/."),
        call(Get, "/desk/", Anyone, "The desk.").answers_bytes(200, PAGE),
        call(Get, "/desk/stream/{stream}", Anyone, "Nothing: the desk's service worker answers it."),
        call(Get, "/nothing", Anyone, "The page that a wrong address shows.").answers_bytes(200, PAGE),
        call(Get, "/{path}", Anyone, "A file of the pages.").answers_bytes(200, BYTES),
    ]
}
