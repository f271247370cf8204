//! The desk's event stream: what changed, filtered by account at the source. It never counts as use,
//! and ends within a second of its session's end, and when the server stops.

use super::Server;
use super::auth::SignedIn;
use super::problem::Refusal;
use crate::accounts::Session;
use crate::api;
use crate::events::Event;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use futures_util::{Stream, stream};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, interval};

/// Ticks of one second between two comments that keep proxies awake.
const COMMENT_EVERY: u32 = 15;

pub async fn stream(server: Data<Server>, SignedIn(session): SignedIn) -> Result<HttpResponse, Refusal> {
    let stream = Feed {
        events: server.events.listen(),
        tick: interval(Duration::from_secs(1)),
        ticks: 0,
        session,
        server: server.get_ref().clone(),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream.lines()))
}

struct Feed {
    events: Receiver<Event>,
    tick: Interval,
    ticks: u32,
    session: Session,
    server: Server,
}

impl Feed {
    fn lines(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, |mut feed| async move {
            let line = feed.next().await?;
            Some((Ok(Bytes::from(line)), feed))
        })
    }

    async fn next(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                event = self.events.recv() => match event {
                    Ok(Event::SessionsEnded { account, session }) => {
                        let mine = session.is_none_or(|key| key == self.session.key);
                        if account == self.session.account && mine {
                            return None;
                        }
                    }
                    Ok(Event::Stopping) => return None,
                    Ok(event) => if let Some(said) = self.said(event) {
                        let json = serde_json::to_string(&said).expect("an event is plain data");
                        return Some(format!("data: {json}\n\n"));
                    },
                    // Too much at once: the desk reads its lists again.
                    Err(RecvError::Lagged(_)) => return Some("event: again\ndata: {}\n\n".into()),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.tick.tick() => {
                    if self.server.now().is_over(self.session.expires_at) {
                        return None;
                    }
                    self.ticks += 1;
                    if self.ticks % COMMENT_EVERY == 1 {
                        return Some(": here\n\n".into());
                    }
                }
            }
        }
    }

    fn said(&self, event: Event) -> Option<api::Event> {
        match event {
            Event::Link { readers, link, state } if readers.contains(&self.session.account) => {
                Some(api::Event {
                    kind: api::Kind::Link,
                    id: None,
                    link: Some(link),
                    state: state.to_owned(),
                    received: 0,
                    size: 0,
                })
            }
            Event::Alerts { account, state } if account == self.session.account => Some(api::Event {
                kind: api::Kind::Alerts,
                id: None,
                link: None,
                state: state.to_owned(),
                received: 0,
                size: 0,
            }),
            Event::Submission { readers, link, submission, state, received, size }
                if readers.contains(&self.session.account) =>
            {
                Some(api::Event {
                    kind: api::Kind::Submission,
                    id: Some(submission),
                    link: Some(link),
                    state: state.to_owned(),
                    received,
                    size,
                })
            }
            _ => None,
        }
    }
}
