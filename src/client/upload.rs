//! One file's way to the server: pieces of 8 MiB, each held until the server acknowledged it.
//!
//! A piece is sealed once; what is sent again after a fault is the same bytes. The server says after
//! a fault how much it has; less than it once acknowledged is a failure, not something to mend.

use super::age::{AgeError, Sealing};
use super::http::{HttpError, Server};
use super::retry::{AsHttp, retry};
use crate::tokens::Bearer;
use std::io::Read;

/// 128 at-rest chunks of the server.
const PIECE: usize = 8 * 1024 * 1024;

/// A file that could not be brought to the server whole.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Age(#[from] AgeError),
    #[error("the server no longer has bytes that it had acknowledged")]
    ServerLost,
    #[error("the server has another number of bytes than were sent")]
    Incomplete,
}

impl AsHttp for UploadError {
    fn as_http(&self) -> Option<&HttpError> {
        match self {
            Self::Http(error) => Some(error),
            Self::Age(_) | Self::ServerLost | Self::Incomplete => None,
        }
    }
}

/// Where one file goes.
pub struct Upload<'a> {
    pub server: &'a Server,
    pub receipt_auth: &'a Bearer,
    pub n: u8,
}

impl Upload<'_> {
    fn path(&self) -> String {
        format!("/api/receipt/files/{}", self.n)
    }

    /// Sends the whole file; `sent` hears how many more bytes were acknowledged.
    ///
    /// # Errors
    /// [`UploadError`]
    pub fn send<R: Read>(&self, file: &mut Sealing<R>, sent: &mut dyn FnMut(u64)) -> Result<(), UploadError> {
        let mut start = 0;
        let mut piece = Vec::new();
        loop {
            file.next_piece(&mut piece, PIECE)?;
            if piece.is_empty() {
                return if start == file.sealed_size { Ok(()) } else { Err(UploadError::Incomplete) };
            }
            self.send_piece(start, &piece, sent)?;
            start += piece.len() as u64;
        }
    }

    fn send_piece(&self, start: u64, piece: &[u8], sent: &mut dyn FnMut(u64)) -> Result<(), UploadError> {
        let end = start + piece.len() as u64;
        let mut offset = start;
        let mut sure = true;
        retry(|| {
            if !sure {
                let (held, _) = self.server.upload_offset(&self.path(), self.receipt_auth)?;
                if held < offset {
                    return Err(UploadError::ServerLost);
                }
                sent(held.min(end) - offset);
                offset = held.min(end);
                sure = true;
            }
            while offset < end {
                sure = false;
                let rest = piece[(offset - start) as usize..].to_vec();
                let held = self.server.upload(&self.path(), self.receipt_auth, offset, rest)?;
                if held <= offset || held > end {
                    return Err(UploadError::ServerLost);
                }
                sent(held - offset);
                offset = held;
                sure = true;
            }
            Ok(())
        })
    }

    /// Asks whether the server has all of it.
    ///
    /// # Errors
    /// [`UploadError::Incomplete`]
    pub fn check_complete(&self, sealed_size: u64) -> Result<(), UploadError> {
        let state = retry(|| self.server.upload_offset(&self.path(), self.receipt_auth))?;
        if state == (sealed_size, sealed_size) { Ok(()) } else { Err(UploadError::Incomplete) }
    }
}
