//! Alerts: what is set, how it goes, and a test.

use super::auth::SignedIn;
use super::problem::Refusal;
use super::{Server, peer};
use crate::alerts::{Address, Kind, Settings, Way, Wish};
use crate::api::{
    AlertKind, AlertMail, AlertNtfy, AlertState, AlertTest, AlertTested, AlertWay, AlertWebhook, Alerts,
    NewAlerts,
};
use crate::ids::AccountId;
use actix_web::web::{Data, Json, block};

pub async fn get(server: Data<Server>, SignedIn(session): SignedIn) -> Result<Json<Alerts>, Refusal> {
    let server = server.get_ref().clone();
    block(move || shown(&server, session.account)).await?.map(Json)
}

pub async fn put(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    asked: Json<NewAlerts>,
) -> Result<Json<Alerts>, Refusal> {
    let NewAlerts { mail, webhook, ntfy, on } = asked.into_inner();
    let wish = Wish {
        mail: mail.map(|mail| mail.to),
        webhook: webhook.map(|hook| Address { url: hook.url, secret: hook.secret }),
        ntfy: ntfy.map(|ntfy| Address { url: ntfy.url, secret: ntfy.token }),
        on: on.into_iter().map(kind).collect(),
    };
    let (now, server) = (server.now(), server.get_ref().clone());
    let shown = block(move || {
        server.alerts.set(now, session.account, wish)?;
        shown(&server, session.account)
    });
    shown.await?.map(Json)
}

pub async fn test(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    asked: Json<AlertTest>,
) -> Result<Json<AlertTested>, Refusal> {
    peer::tests(&server, session.account)?;
    let way = match asked.way {
        AlertWay::Mail => Way::Mail,
        AlertWay::Webhook => Way::Webhook,
        AlertWay::Ntfy => Way::Ntfy,
    };
    server.alerts.test(server.now(), session.account, way).await?;
    Ok(Json(AlertTested { sent: true }))
}

fn shown(server: &Server, account: AccountId) -> Result<Alerts, Refusal> {
    let settings = server.alerts.settings(account)?;
    let state = server.alerts.state(account, &settings)?;
    let Settings { mail, webhook, ntfy, on } = settings;
    Ok(Alerts {
        mail_possible: server.alerts.mail_possible(),
        mail: mail.map(|mail| AlertMail { to: mail.to }),
        webhook: webhook.map(|hook| AlertWebhook { signed: hook.secret.is_some(), url: hook.url }),
        ntfy: ntfy.map(|ntfy| AlertNtfy { url: ntfy.url }),
        on: on.into_keys().filter_map(word).collect(),
        state: state
            .into_iter()
            .map(|state| AlertState {
                way: match state.way {
                    Way::Mail => AlertWay::Mail,
                    Way::Webhook => AlertWay::Webhook,
                    Way::Ntfy => AlertWay::Ntfy,
                },
                waiting: state.waiting,
                sent_at: state.sent_at,
                failing_since: state.failing_since,
                problem: state.problem,
            })
            .collect(),
    })
}

fn kind(kind: AlertKind) -> Kind {
    match kind {
        AlertKind::Arrived => Kind::Arrived,
        AlertKind::Unsaved => Kind::Unsaved,
        AlertKind::Unused => Kind::Unused,
    }
}

fn word(kind: Kind) -> Option<AlertKind> {
    match kind {
        Kind::Arrived => Some(AlertKind::Arrived),
        Kind::Unsaved => Some(AlertKind::Unsaved),
        Kind::Unused => Some(AlertKind::Unused),
        Kind::Test => None,
    }
}
