//! Opening a link.

use super::record::{BY_AUTH, BY_READER, Link, State};
use super::{LINKS, LinkError, Links, card_name};
use crate::ids::{AccountId, LinkId};
use crate::sealed::header;
use crate::sealed::identity::Recipient;
use crate::store::due::Kind;
use crate::store::{Change, StoreError};
use crate::time::{Now, Span, Time};
use crate::tokens::AuthHash;
use std::collections::BTreeMap;

/// Most bytes of a sealed invitation: 64 KiB of padded JSON, nonce and tag.
const INVITATION_MOST: usize = 65_536 + 40;
/// Most bytes of a sealed card: 16 KiB of JSON, the identity, the tag, age's header.
const CARD_MOST: usize = 20 * 1024;
/// A client's clock may be off by this much.
const SLACK: Span = Span(600);

/// What a link allows; each within what DESIGN section 4 allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub retention: Span,
    pub closes_at: Time,
    pub uses: u32,
    pub max_files: u32,
    pub max_bytes: u64,
}

impl Limits {
    fn check(&self, now: Now) -> Result<(), LinkError> {
        let open = self.closes_at.since(now.reads).0;
        let refuse = |why| Err(LinkError::Refused(why));
        if !(Span::HOUR..=Span::DAY.times(7)).contains(&self.retention) {
            return refuse("retention must be between 1 hour and 7 days");
        }
        if open + SLACK.0 < Span::HOUR.0 || open > Span::DAY.times(30).0 + SLACK.0 {
            return refuse("a link stays open between 1 hour and 30 days");
        }
        if !(1..=100).contains(&self.uses) {
            return refuse("a link has 1 to 100 uses");
        }
        if !(1..=20).contains(&self.max_files) {
            return refuse("a submission has 1 to 20 files");
        }
        if !(1..=10 << 30).contains(&self.max_bytes) {
            return refuse("a submission has at most 10 GiB");
        }
        Ok(())
    }
}

/// A link that someone wants to open.
#[derive(Debug)]
pub struct Opening {
    pub auth_hash: AuthHash,
    pub recipient: Recipient,
    pub invitation: Vec<u8>,
    pub cards: BTreeMap<AccountId, Vec<u8>>,
    pub limits: Limits,
}

impl Links {
    /// Opens a link of `maker`. True when it is new; repeating the same answers false.
    ///
    /// # Errors
    /// [`LinkError::Refused`] with the reason, [`LinkError::Taken`] for an id that is in use.
    pub fn open(&self, now: Now, maker: AccountId, id: LinkId, new: &Opening) -> Result<bool, LinkError> {
        new.limits.check(now)?;
        check_parts(maker, new)?;
        let _alone = self.opening.lock().expect("nothing panics while it holds this lock");
        match self.get(id) {
            Ok(found) if found.link.maker == maker && found.link.auth_hash == new.auth_hash => {
                return Ok(false);
            }
            Ok(_) => return Err(LinkError::Taken),
            Err(LinkError::Unknown) => {}
            Err(error) => return Err(error),
        }
        let auth_key = self.store.lookup_key(BY_AUTH, &new.auth_hash.0);
        if self.store.get(BY_AUTH, &auth_key)?.is_some()
            || self.store.tombstone::<State>(&new.auth_hash.0)?.is_some()
        {
            return Err(LinkError::Taken);
        }
        self.store.claim_slot(id.into()).map_err(|error| match error {
            StoreError::SlotExists => LinkError::Taken,
            error => error.into(),
        })?;
        self.store.make_dir(id.into())?;
        self.store.put_blob(id.into(), "invitation", &new.invitation)?;
        for (reader, card) in &new.cards {
            self.store.put_blob(id.into(), &card_name(*reader), card)?;
        }
        let link = record(now, maker, new);
        let slot = Some(id.into());
        let mut changes = vec![
            Change::expect_absent(LINKS, id.as_bytes()),
            Change::expect_absent(BY_AUTH, &auth_key),
            self.store.put_json(LINKS, id.as_bytes(), slot, &link)?,
            self.store.put_json(BY_AUTH, &auth_key, slot, &id)?,
            self.store.enter_due(link.due, Kind::LINK, id.as_bytes())?,
        ];
        for reader in &link.readers {
            changes.push(self.store.put_json(BY_READER, &self.reader_key(*reader, id), slot, &id)?);
        }
        self.store.commit(changes)?;
        self.tell(id, &link, State::Open);
        Ok(true)
    }
}

fn record(now: Now, maker: AccountId, new: &Opening) -> Link {
    Link {
        maker,
        readers: new.cards.keys().copied().collect(),
        auth_hash: new.auth_hash,
        recipient: new.recipient,
        retention: new.limits.retention,
        created_at: now.reads,
        closes_at: new.limits.closes_at,
        uses: new.limits.uses,
        uses_left: new.limits.uses,
        max_files: new.limits.max_files,
        max_bytes: new.limits.max_bytes,
        state: State::Open,
        ended_at: None,
        due: new.limits.closes_at,
    }
}

fn check_parts(maker: AccountId, new: &Opening) -> Result<(), LinkError> {
    if new.invitation.len() > INVITATION_MOST || new.invitation.len() < 40 {
        return Err(LinkError::Refused("the sealed invitation is larger than 64 KiB or too short"));
    }
    if !new.cards.contains_key(&maker) || new.cards.len() > 20 {
        return Err(LinkError::Refused("a link needs a card for its maker, and has at most 20"));
    }
    let sealed = |card: &Vec<u8>| card.len() <= CARD_MOST && header::check_whole(card).is_ok();
    if !new.cards.values().all(sealed) {
        return Err(LinkError::Refused("a card is not an age file or larger than 20 KiB"));
    }
    Ok(())
}
