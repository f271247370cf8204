//! Ids: 16 random bytes, a type for each thing they name.

use crate::bytes;
use std::fmt;
use std::str::FromStr;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// A fresh random id.
            #[must_use]
            pub fn random() -> Self {
                Self(rand::random())
            }

            /// The 16 bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&bytes::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = bytes::Malformed;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                bytes::decode_array(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id! {
    /// Names a link; made by the client.
    LinkId
}
id! {
    /// Names a submission; made by the sender.
    SubmissionId
}
id! {
    /// Names an account; made by the client at set-up.
    AccountId
}
id! {
    /// Names a slot of the keyring and the blob directory beside it: the id of the link,
    /// submission or account that owns it.
    SlotId
}
id! {
    /// Carried by keyring, blobs and records of one store, so that they are never mixed.
    StoreId
}

impl From<LinkId> for SlotId {
    fn from(id: LinkId) -> Self {
        Self(id.0)
    }
}

impl From<SubmissionId> for SlotId {
    fn from(id: SubmissionId) -> Self {
        Self(id.0)
    }
}

impl From<AccountId> for SlotId {
    fn from(id: AccountId) -> Self {
        Self(id.0)
    }
}
