//! Why something was not told, as one plain sentence. No address, no answer of a server, no password
//! is ever in it.

use super::Way;
use serde::{Deserialize, Serialize};

/// What was in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The operator has set no mail server.
    NoMailServer,
    /// The name leads nowhere.
    NotFound,
    /// Nothing listens there.
    Refused,
    TimedOut,
    /// The connection ended early, or what came was not understood.
    Broken,
    /// The certificate is not trusted, has expired or is another name's.
    Untrusted,
    /// The server offers no encryption, or the address asks for none.
    InClear,
    /// User name, password or token.
    Password,
    /// The mail server does not take mail for this address, or from us.
    Recipient,
    /// The server asks to come again later.
    Later,
    /// The server takes the message for something it does not want.
    Unwanted,
    /// The address is inside a private network.
    Private,
    /// The address answers with another one.
    Redirected,
    /// The answer is an error, this HTTP status.
    Answered(u16),
}

impl Failure {
    /// Nothing but a change of the settings will help; it is tried less often.
    #[must_use]
    pub fn is_lasting(self) -> bool {
        matches!(
            self,
            Self::NoMailServer
                | Self::Untrusted
                | Self::InClear
                | Self::Password
                | Self::Recipient
                | Self::Unwanted
                | Self::Private
                | Self::Redirected
        )
    }

    /// For a person.
    #[must_use]
    pub fn sentence(self, way: Way) -> String {
        let server = match way {
            Way::Mail => "The mail server",
            Way::Webhook => "The webhook's server",
            Way::Ntfy => "The ntfy server",
        };
        let what = match self {
            Self::NoMailServer => {
                return "This server has no mail server to send by; its operator can set one.".into();
            }
            Self::NotFound => "was not found: its name leads nowhere",
            Self::Refused => "refuses the connection",
            Self::TimedOut => "did not answer in time",
            Self::Broken => "broke off the connection",
            Self::Untrusted => "has a certificate that is not trusted",
            Self::InClear if way == Way::Mail => "offers no encryption",
            Self::InClear => return "The address must begin with https.".into(),
            Self::Password if way == Way::Mail => "refused the user name or the password",
            Self::Password => "refused the request: it wants another token or sign-in",
            Self::Recipient => "does not take mail for this address",
            Self::Later => "asks to try again later",
            Self::Unwanted => "refused the message",
            Self::Private => {
                return "The address is inside a private network; the operator can allow it.".into();
            }
            Self::Redirected => "sends on to another address; set that one",
            Self::Answered(status) => return format!("{server} answered with error {status}."),
        };
        format!("{server} {what}.")
    }
}
