//! The ways a link ends: it is used up, closed, or its time is over.

use super::record::{Found, Link, State};
use super::{LINKS, LinkError, Links};
use crate::events::Event;
use crate::ids::{AccountId, LinkId};
use crate::store::due::{AT_ONCE, Kind};
use crate::store::{Change, StoreError};
use crate::time::{Now, Span, Time};

/// How long a closed or expired link can still be named and asked again.
const NAMED_FOR: Span = Span::DAY.times(7);

impl Links {
    /// What one commit changes: a use is taken, the last one spends the link. The changes Expect the
    /// link as it was read.
    ///
    /// # Errors
    /// [`LinkError::Ended`] when it was closed or has no use left; an expired link still lets those
    /// finish who had begun.
    pub fn take_use(&self, now: Now, found: &Found) -> Result<(Vec<Change>, Link), LinkError> {
        if let State::Spent | State::Closed = found.link.state {
            let at = found.link.ended_at.unwrap_or(now.reads);
            return Err(LinkError::Ended { state: found.link.state, at });
        }
        let mut link = found.link.clone();
        link.uses_left = link.uses_left.saturating_sub(1);
        let mut changes = vec![found.row.expect()];
        if link.uses_left == 0 {
            changes.extend(self.end(found.id, &mut link, State::Spent, now.reads, AT_ONCE)?);
        }
        changes.push(self.store.put_json(LINKS, found.id.as_bytes(), Some(found.id.into()), &link)?);
        Ok((changes, link))
    }

    /// Says what [`Links::take_use`] changed, after its transaction.
    pub fn tell_use(&self, now: Now, id: LinkId, link: &Link) {
        self.tell(id, link, link.state(now));
        if link.state == State::Spent {
            self.events.publish(Event::Due(now.reads));
        }
    }

    /// Closes an open link of `account`. Closing one that has ended already is success.
    ///
    /// # Errors
    /// [`LinkError::Unknown`].
    pub fn close(&self, now: Now, account: AccountId, id: LinkId) -> Result<(), LinkError> {
        loop {
            let found = self.read_by(account, id)?;
            if found.link.ended(now).is_some() {
                return Ok(());
            }
            let mut link = found.link.clone();
            let mut changes = vec![found.row.expect()];
            changes.extend(self.end(id, &mut link, State::Closed, now.reads, AT_ONCE)?);
            changes.push(self.store.put_json(LINKS, id.as_bytes(), Some(id.into()), &link)?);
            match self.store.commit(changes).map_err(LinkError::from) {
                Err(LinkError::Changed) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.store.remove_blob(id.into(), "invitation")?;
                    self.tell(id, &link, State::Closed);
                    self.events.publish(Event::Due(now.reads));
                    return Ok(());
                }
            }
        }
    }

    /// Writes down that an open link has expired, so that it loses its invitation. Called by the
    /// sweep.
    pub(super) fn expire(&self, found: &Found) -> Result<(), LinkError> {
        let mut link = found.link.clone();
        let at = link.closes_at;
        let mut changes = vec![found.row.expect()];
        changes.extend(self.end(found.id, &mut link, State::Expired, at, at + NAMED_FOR)?);
        changes.push(self.store.put_json(LINKS, found.id.as_bytes(), Some(found.id.into()), &link)?);
        self.store.commit(changes)?;
        self.store.remove_blob(found.id.into(), "invitation")?;
        self.tell(found.id, &link, State::Expired);
        Ok(())
    }

    /// Puts off the end of a closed or expired link to when it need not be named any more.
    pub(super) fn put_off(&self, found: &Found, until: Time) -> Result<(), LinkError> {
        let mut link = found.link.clone();
        let mut changes = vec![found.row.expect()];
        changes.extend(self.store.move_due(link.due, until, Kind::LINK, found.id.as_bytes())?);
        link.due = until;
        changes.push(self.store.put_json(LINKS, found.id.as_bytes(), Some(found.id.into()), &link)?);
        Ok(self.store.commit(changes)?)
    }

    /// When a closed or expired link may go.
    pub(super) fn named_until(link: &Link) -> Time {
        link.ended_at.unwrap_or(link.closes_at) + NAMED_FOR
    }

    fn end(
        &self,
        id: LinkId,
        link: &mut Link,
        state: State,
        at: Time,
        due: Time,
    ) -> Result<[Change; 2], StoreError> {
        let moved = self.store.move_due(link.due, due, Kind::LINK, id.as_bytes())?;
        link.state = state;
        link.ended_at = Some(at);
        link.due = due;
        Ok(moved)
    }
}
