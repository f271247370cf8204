//! The keyring: one random key for each slot, which is a link, a submission or an account.
//!
//! ```text
//! keys/id        store id, bound to the root secret (see open.rs)
//! keys/root      root secret, unless the credential `dewdrop.root` is given
//! keys/<xx>.ring entries of the slots whose id begins with the byte xx (see ring.rs)
//! ```
//!
//! Guarantees: a key is on disk before [`Keyring::add`] returns it; after [`Keyring::destroy`] it is
//! in no file and in no map, holders of it see [`Slot::is_gone`], and no later start brings it back.
//! Appending and rewriting hold one lock. Limit: all keys are in memory, about 100 bytes a slot.

use super::dir::Dir;
use super::errors::StoreError;
use super::ring;
use super::seal::{Cipher, Key, derive};
use crate::ids::{SlotId, StoreId};
use rand::RngCore as _;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The key of one slot, as long as it lives.
pub struct Slot {
    key: Key,
    gone: AtomicBool,
}

impl Slot {
    /// Whether it was destroyed since it was taken from the ring.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    /// Refuses once the slot was destroyed.
    pub fn check(&self) -> Result<(), StoreError> {
        if self.is_gone() { Err(StoreError::NoSlot) } else { Ok(()) }
    }

    /// The cipher of the slot's records.
    pub fn record_cipher(&self) -> Cipher {
        Cipher::new(&derive(self.key.as_slice(), &[b"dewdrop/v1/record"]))
    }

    /// The cipher of the slot's blob `name`.
    pub fn blob_cipher(&self, name: &str) -> Cipher {
        Cipher::new(&derive(self.key.as_slice(), &[b"dewdrop/v1/blob", &[0], name.as_bytes()]))
    }
}

/// All slots of a store.
pub struct Keyring {
    dir: Dir,
    cipher: Cipher,
    store: StoreId,
    slots: RwLock<HashMap<SlotId, Arc<Slot>>>,
    /// Held while a ring file is appended to or rewritten.
    writing: Mutex<()>,
    unreadable: usize,
}

impl Keyring {
    /// Reads all rings in `dir`. A torn tail is cut off; a whole entry that does not authenticate is
    /// skipped and counted.
    pub fn open(dir: Dir, root: &[u8], store: StoreId) -> Result<Self, StoreError> {
        let cipher = Cipher::new(&derive(root, &[b"dewdrop/v1/ring"]));
        let mut slots = HashMap::new();
        let mut unreadable = 0;
        for number in 0..=u8::MAX {
            let name = ring::file_name(number);
            dir.unlink(&format!("{name}.new"))?;
            let Some(file) = dir.file(&name)? else { continue };
            for entry in ring::read(&file)? {
                match ring::open(&cipher, store, &entry) {
                    Some((slot, key)) => {
                        slots.insert(slot, Arc::new(Slot { key, gone: AtomicBool::new(false) }));
                    }
                    None => unreadable += 1,
                }
            }
        }
        if unreadable > 0 {
            tracing::error!(unreadable, "entries of the keyring do not authenticate; skipped");
        }
        Ok(Self { dir, cipher, store, slots: RwLock::new(slots), writing: Mutex::new(()), unreadable })
    }

    /// Whole entries that did not authenticate when the keyring was opened.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// Makes a slot with a fresh key, durably.
    pub fn add(&self, id: SlotId) -> Result<(), StoreError> {
        let mut key = Key::default();
        rand::rng().fill_bytes(key.as_mut_slice());
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.get(id).is_ok() {
            return Err(StoreError::SlotExists);
        }
        ring::append(&self.dir, &ring::name(id), &ring::seal(&self.cipher, self.store, id, &key))?;
        let slot = Arc::new(Slot { key, gone: AtomicBool::new(false) });
        self.slots.write().unwrap_or_else(PoisonError::into_inner).insert(id, slot);
        Ok(())
    }

    /// The slot, while it lives.
    pub fn get(&self, id: SlotId) -> Result<Arc<Slot>, StoreError> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(&id).cloned().ok_or(StoreError::NoSlot)
    }

    /// All slots, in no order.
    pub fn ids(&self) -> Vec<SlotId> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Destroys slots: first in memory, so that every use refuses, then each touched ring once. Those
    /// not found are looked for in the files all the same, so that it can be repeated.
    pub fn destroy(&self, ids: &[SlotId]) -> Result<(), StoreError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut touched: HashMap<u8, Vec<SlotId>> = HashMap::new();
        {
            let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
            for id in ids {
                if let Some(slot) = slots.remove(id) {
                    slot.gone.store(true, Ordering::Release);
                }
                touched.entry(id.0[0]).or_default().push(*id);
            }
        }
        for (number, gone) in touched {
            ring::without(&self.dir, &ring::file_name(number), &gone)?;
        }
        Ok(())
    }
}
