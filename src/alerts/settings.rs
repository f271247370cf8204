//! What an account has set: the record, and how a new wish takes its place.

use super::message::Kind;
use super::{AlertError, Way, mail, post};
use crate::config::Allowed;
use crate::time::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use zeroize::Zeroizing;

/// Fewest characters of a webhook's secret: fewer could be guessed from one signed request.
const SECRET_LEAST: usize = 16;
const SECRET_MOST: usize = 256;

/// A webhook's secret or a token: not shown, zeroed on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text, for the one place that uses it.
    #[must_use]
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(|text| Self(Zeroizing::new(text)))
    }
}

/// An address for mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    /// What came before is not told.
    pub since: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub url: String,
    pub secret: Option<Secret>,
    pub since: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ntfy {
    pub url: String,
    pub token: Option<Secret>,
    pub since: Time,
}

/// The record, sealed under the account's slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub mail: Option<Mail>,
    pub webhook: Option<Webhook>,
    pub ntfy: Option<Ntfy>,
    /// What is told, and since when.
    pub on: BTreeMap<Kind, Time>,
}

impl Default for Settings {
    /// No way, and all that could be told.
    fn default() -> Self {
        let on = [Kind::Arrived, Kind::Unsaved, Kind::Unused].map(|kind| (kind, Time(0)));
        Self { mail: None, webhook: None, ntfy: None, on: on.into() }
    }
}

/// A webhook or topic as wished: the address, and the secret or token when it changes.
pub struct Address {
    pub url: String,
    pub secret: Option<String>,
}

/// What takes the place of all that was set.
pub struct Wish {
    pub mail: Option<String>,
    pub webhook: Option<Address>,
    pub ntfy: Option<Address>,
    pub on: BTreeSet<Kind>,
}

impl Settings {
    /// Since when a way is set; none when it is not.
    #[must_use]
    pub fn since(&self, way: Way) -> Option<Time> {
        match way {
            Way::Mail => self.mail.as_ref().map(|mail| mail.since),
            Way::Webhook => self.webhook.as_ref().map(|hook| hook.since),
            Way::Ntfy => self.ntfy.as_ref().map(|ntfy| ntfy.since),
        }
    }

    /// Whether a way is set otherwise than `before`.
    pub(super) fn differs(&self, before: &Self, way: Way) -> bool {
        match way {
            Way::Mail => self.mail != before.mail,
            Way::Webhook => self.webhook != before.webhook,
            Way::Ntfy => self.ntfy != before.ntfy,
        }
    }

    /// These settings with `wish` in their place.
    pub(super) fn replaced(
        &self,
        now: Time,
        wish: Wish,
        mail_possible: bool,
        allow: &[Allowed],
    ) -> Result<Self, AlertError> {
        let now_or = |way: Way| self.since(way).unwrap_or(now);
        let mail = match wish.mail {
            Some(to) => Some(self.mail_to(to, now_or(Way::Mail), mail_possible)?),
            None => None,
        };
        let webhook = match wish.webhook {
            Some(to) => Some(self.webhook_to(to, now_or(Way::Webhook), allow)?),
            None => None,
        };
        let ntfy = match wish.ntfy {
            Some(to) => Some(self.ntfy_to(to, now_or(Way::Ntfy), allow)?),
            None => None,
        };
        let on = wish.on.into_iter().map(|kind| (kind, self.on.get(&kind).copied().unwrap_or(now))).collect();
        Ok(Self { mail, webhook, ntfy, on })
    }

    fn mail_to(&self, to: String, since: Time, possible: bool) -> Result<Mail, AlertError> {
        let is_new = self.mail.as_ref().is_none_or(|mail| mail.to != to);
        if is_new && !possible {
            return Err(malformed("mail", "can not be sent: this server has no mail server to send by"));
        }
        if !mail::is_address(&to) {
            return Err(malformed("mail", "is not an address such as mara@example.org"));
        }
        Ok(Mail { to, since })
    }

    fn webhook_to(&self, to: Address, since: Time, allow: &[Allowed]) -> Result<Webhook, AlertError> {
        let Address { url, secret } = to;
        post::check(allow, &url).map_err(|why| malformed("webhook", why))?;
        let kept = self.webhook.as_ref().and_then(|hook| hook.secret.clone());
        let secret = changed("webhook.secret", secret, SECRET_LEAST, kept)?;
        Ok(Webhook { url, secret, since })
    }

    fn ntfy_to(&self, to: Address, since: Time, allow: &[Allowed]) -> Result<Ntfy, AlertError> {
        let Address { url, secret } = to;
        post::check(allow, &url).map_err(|why| malformed("ntfy", why))?;
        // A token is shown to the server it is sent to, so it does not follow to another.
        let before = self.ntfy.as_ref().filter(|before| post::same_server(&before.url, &url));
        let token = changed("ntfy.token", secret, 1, before.and_then(|before| before.token.clone()))?;
        Ok(Ntfy { url, token, since })
    }
}

/// Absent keeps what there was, empty takes it away.
fn changed(
    field: &'static str,
    wished: Option<String>,
    least: usize,
    kept: Option<Secret>,
) -> Result<Option<Secret>, AlertError> {
    let Some(text) = wished.map(Zeroizing::new) else { return Ok(kept) };
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() < least {
        return Err(malformed(field, "has fewer than 16 characters"));
    }
    if text.len() > SECRET_MOST || !text.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) {
        return Err(malformed(field, "has at most 256 letters, digits and signs, no spaces"));
    }
    Ok(Some(Secret(text)))
}

fn malformed(field: &'static str, why: &'static str) -> AlertError {
    AlertError::Malformed { field, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(webhook: (&str, Option<&str>), ntfy: (&str, Option<&str>)) -> Wish {
        let address = |(url, secret): (&str, Option<&str>)| {
            (!url.is_empty()).then(|| Address { url: url.to_owned(), secret: secret.map(str::to_owned) })
        };
        let on = [Kind::Arrived].into();
        Wish { mail: None, webhook: address(webhook), ntfy: address(ntfy), on }
    }

    const HOOK: &str = "https://example.org/hook";

    #[test]
    fn a_secret_stays_until_another_comes_and_a_token_stays_with_its_server() {
        let replaced = |before: &Settings, wish| before.replaced(Time(5), wish, true, &[]).unwrap();
        let set = wish((HOOK, Some("0123456789abcdef")), ("https://ntfy.sh/one", Some("tk_1")));
        let first = replaced(&Settings::default(), set);
        let kept = replaced(&first, wish(("https://other.org/", None), ("https://ntfy.sh/two", None)));
        assert!(kept.webhook.unwrap().secret.is_some() && kept.ntfy.unwrap().token.is_some());
        let moved = replaced(&first, wish((HOOK, Some("")), ("https://elsewhere.org/one", None)));
        assert!(moved.webhook.unwrap().secret.is_none() && moved.ntfy.unwrap().token.is_none());
        assert!(!format!("{first:?}").contains("0123456789abcdef"));
    }

    #[test]
    fn what_can_not_be_names_the_field_and_the_reason() {
        let refused = |wish| match Settings::default().replaced(Time(5), wish, false, &[]) {
            Err(AlertError::Malformed { field, .. }) => field,
            _ => "accepted",
        };
        assert_eq!(refused(wish((HOOK, Some("short")), ("", None))), "webhook.secret");
        assert_eq!(refused(wish((HOOK, Some("sixteen and a space")), ("", None))), "webhook.secret");
        assert_eq!(refused(wish(("http://10.0.0.1/", None), ("", None))), "webhook");
        assert_eq!(refused(wish(("", None), ("ntfy.sh/one", None))), "ntfy");
        assert_eq!(refused(wish(("", None), ("https://ntfy.sh/one", Some("a\r\nb")))), "ntfy.token");
        let mail = Wish { mail: Some("mara@example.org".into()), ..wish(("", None), ("", None)) };
        assert_eq!(refused(mail), "mail");
    }

    #[test]
    fn what_is_on_already_keeps_its_beginning() {
        let first = Settings::default().replaced(Time(5), wish((HOOK, None), ("", None)), true, &[]).unwrap();
        let both = Wish { on: [Kind::Arrived, Kind::Unused].into(), ..wish((HOOK, None), ("", None)) };
        let second = first.replaced(Time(9), both, true, &[]).unwrap();
        assert_eq!(second.since(Way::Webhook), Some(Time(5)));
        assert_eq!(second.on, [(Kind::Arrived, Time(0)), (Kind::Unused, Time(9))].into());
    }
}
