//! One ring: a file of entries, 88 bytes each, in no order.
//!
//! ```text
//! slot id (16) ‖ nonce (24) ‖ XChaCha20-Poly1305(key (32)) ‖ tag (16)      AAD: store id ‖ slot id
//! ```
//!
//! Entries are appended durably and only ever removed by [`without`], which leaves neither the
//! entry in the new file nor its bytes in the old one.

use super::dir::{Dir, whole};
use super::seal::{Cipher, Key};
use crate::ids::{SlotId, StoreId};
use rustix::fs::{fdatasync, ftruncate};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use zeroize::Zeroizing;

/// Bytes of an entry.
pub const ENTRY: usize = 88;

/// The file of the ring that a slot belongs to.
pub fn name(slot: SlotId) -> String {
    file_name(slot.0[0])
}

/// The file of ring `number`.
pub fn file_name(number: u8) -> String {
    format!("{number:02x}.ring")
}

fn aad(store: StoreId, slot: SlotId) -> [u8; 32] {
    let mut aad = [0; 32];
    aad[..16].copy_from_slice(&store.0);
    aad[16..].copy_from_slice(&slot.0);
    aad
}

/// Makes the entry of a slot.
pub fn seal(cipher: &Cipher, store: StoreId, slot: SlotId, key: &Key) -> [u8; ENTRY] {
    let mut entry = [0; ENTRY];
    entry[..16].copy_from_slice(&slot.0);
    entry[40..72].copy_from_slice(key.as_slice());
    cipher.seal(&aad(store, slot), &mut entry[16..]);
    entry
}

/// Opens an entry; `None` when it does not authenticate.
pub fn open(cipher: &Cipher, store: StoreId, entry: &[u8; ENTRY]) -> Option<(SlotId, Key)> {
    let slot = owner(entry);
    let mut frame = Zeroizing::new([0; ENTRY - 16]);
    frame.copy_from_slice(&entry[16..]);
    let content = cipher.open(&aad(store, slot), frame.as_mut_slice()).ok()?;
    let mut key = Key::default();
    key.copy_from_slice(content);
    Some((slot, key))
}

fn owner(entry: &[u8; ENTRY]) -> SlotId {
    let mut id = [0; 16];
    id.copy_from_slice(&entry[..16]);
    SlotId(id)
}

/// Reads all whole entries of a ring and cuts off a torn tail, durably, so that what is appended
/// next begins at the start of an entry.
pub fn read(file: &File) -> io::Result<Vec<[u8; ENTRY]>> {
    let bytes = whole(file)?;
    let (entries, torn) = bytes.as_chunks::<ENTRY>();
    if !torn.is_empty() {
        ftruncate(file, (bytes.len() - torn.len()) as u64)?;
        fdatasync(file)?;
    }
    Ok(entries.to_vec())
}

/// Appends an entry durably. When that fails the file is cut back to what it was.
pub fn append(dir: &Dir, name: &str, entry: &[u8; ENTRY]) -> io::Result<()> {
    let (file, fresh) = match dir.file(name)? {
        Some(file) => (file, false),
        None => (dir.create(name)?, true),
    };
    let length = file.metadata()?.len();
    let end = length - length % ENTRY as u64;
    if let Err(error) = file.write_all_at(entry, end).and_then(|()| Ok(fdatasync(&file)?)) {
        ftruncate(&file, end)?;
        return Err(error);
    }
    if fresh {
        dir.sync()?;
    }
    Ok(())
}

/// Rewrites a ring without `gone`: a new file takes its place durably, then the old one is
/// overwritten through the descriptor that was kept. Without any of them in it, nothing is written.
pub fn without(dir: &Dir, name: &str, gone: &[SlotId]) -> io::Result<()> {
    let Some(old) = dir.file(name)? else { return Ok(()) };
    let entries = read(&old)?;
    let kept: Vec<u8> = entries.iter().filter(|e| !gone.contains(&owner(e))).flatten().copied().collect();
    if kept.len() == entries.len() * ENTRY {
        return Ok(());
    }
    dir.replace(name, &kept)?;
    old.write_all_at(&vec![0; entries.len() * ENTRY], 0)?;
    Ok(fdatasync(&old)?)
}
