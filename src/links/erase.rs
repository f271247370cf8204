//! What the sweep does with a link that is due.

use super::record::State;
use super::{LINKS, LinkError, Links};
use crate::ids::LinkId;
use crate::store::due::{AT_ONCE, Kind};
use crate::store::erasing::Tombstone;
use crate::time::{Now, Span};

/// What a due link wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// End what is receiving through it, then come back with [`Links::after_end`].
    EndReceiving,
    /// Nothing more for now.
    Done,
    /// It may be erased, if nothing is receiving through it.
    Erase,
}

impl Links {
    /// Looks at a link that is due and says what is next. Can be repeated.
    ///
    /// # Errors
    /// [`LinkError::Store`].
    pub fn due(&self, now: Now, id: LinkId) -> Result<Step, LinkError> {
        let found = match self.get(id) {
            Ok(found) => found,
            Err(LinkError::Unknown) => return Ok(Step::Done),
            Err(error) => return Err(error),
        };
        let link = &found.link;
        match link.state {
            State::Open if now.erases >= link.closes_at => {
                self.expire(&found)?;
                Ok(Step::Done)
            }
            State::Open => Ok(Step::Done),
            State::Spent => Ok(Step::EndReceiving),
            State::Closed if link.due == AT_ONCE => Ok(Step::EndReceiving),
            State::Closed | State::Expired if now.erases >= Self::named_until(link) => Ok(Step::Erase),
            State::Closed | State::Expired => Ok(Step::Done),
        }
    }

    /// After everything that was receiving has ended: a spent link goes now, a closed one stays
    /// nameable for seven days.
    ///
    /// # Errors
    /// [`LinkError::Store`].
    pub fn after_end(&self, now: Now, id: LinkId) -> Result<Step, LinkError> {
        let found = self.get(id)?;
        if found.link.state == State::Spent {
            return Ok(Step::Erase);
        }
        // A crash between close and here leaves the invitation; unlinking it twice is no harm.
        self.store.remove_blob(id.into(), "invitation")?;
        let until = Self::named_until(&found.link);
        self.put_off(&found, until)?;
        Ok(if now.erases >= until { Step::Erase } else { Step::Done })
    }

    /// While something is still receiving through an expired link, it is looked at again in an hour.
    ///
    /// # Errors
    /// [`LinkError::Store`].
    pub fn wait(&self, now: Now, id: LinkId) -> Result<(), LinkError> {
        let found = self.get(id)?;
        self.put_off(&found, now.erases + Span::HOUR)
    }

    /// Erases a link that has ended.
    ///
    /// # Errors
    /// [`LinkError::Store`]; the erasure can be repeated.
    pub fn erase(&self, now: Now, id: LinkId) -> Result<(), LinkError> {
        let found = self.get(id)?;
        let link = &found.link;
        let stone =
            Tombstone { state: link.state, at: link.ended_at.unwrap_or(link.closes_at), erased_at: None };
        let mut changes = vec![found.row.expect()];
        changes.extend(self.lookups(id, link));
        let hash = &link.auth_hash.0;
        let erasing =
            self.store.begin_erasing(Kind::LINK, id.into(), LINKS, hash, &stone, now.erases, changes)?;
        self.store.finish_erasing(&erasing, &[LINKS], now.erases)?;
        Ok(())
    }
}
