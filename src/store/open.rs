//! Opening a store: lock, format, root secret, and that keys, blobs and records belong together.
//!
//! ```text
//! data/lock    held (flock) while a process has the store open; keys/keys.lock the same for the keys
//! data/format  storage format, a number and LF; written last at the first start
//! keys/root    root secret, 32 bytes, unless the credential `dewdrop.root` is given
//! keys/id, blobs/id, and the record `store` ‖ 0x00 ‖ "id"
//!              store id ‖ HMAC-SHA256(HKDF(root secret, "dewdrop/v1/store"), place ‖ 0x00 ‖ store id)
//! ```
//!
//! Everything that can refuse is looked at before anything is written. A first start that was cut
//! short (there is no `format`) begins again, unless there are rings already.

use super::dir::{Dir, whole};
use super::errors::OpenError;
use super::folder::remove_all;
use super::moving;
use super::seal::derive;
use crate::ids::StoreId;
use hmac::{Hmac, Mac as _};
use rustix::fs::{FlockOperation, flock};
use sha2::Sha256;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The storage format this version reads and writes.
pub const FORMAT: u32 = 1;
/// Most bytes of a root secret that are read.
const ROOT_MOST: u64 = 4096;

/// Where a store lies.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Records, blobs, format and lock.
    pub data: PathBuf,
    /// Rings and, without a credential, the root secret; on another disk if there is one.
    pub keys: PathBuf,
}

/// The root secret: all other keys of the server come from it.
pub type Root = Zeroizing<Vec<u8>>;

/// What was looked at and found in order.
pub struct Ground {
    pub keys: Dir,
    pub blobs: Dir,
    pub root: Root,
    pub id: StoreId,
    /// There is no `format` yet: [`finish`] writes it when all else is there.
    pub fresh: bool,
    pub data: Dir,
    /// Kept open because the locks go with them.
    pub locks: [File; 2],
}

/// Keys, and a data directory that has no store yet.
pub struct Vacant {
    pub data: Dir,
    pub keys: Dir,
    pub root: Root,
    pub id: StoreId,
    _locks: [File; 2],
}

/// Takes the locks and looks at everything but the records.
pub fn prepare(paths: &Paths) -> Result<Ground, OpenError> {
    let data = named(&paths.data)?;
    let data_lock = lock(&data, "lock", &paths.data)?;
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::Io { path, source }
    };
    let fresh = match read(&data, "format").map_err(at(&paths.data))? {
        None => true,
        Some(text) => {
            let found = String::from_utf8_lossy(&text).trim().parse::<u32>();
            match found.map_err(|_| OpenError::Corrupt("the file format is not a number".into()))? {
                FORMAT => false,
                found if found > FORMAT => return Err(OpenError::Newer { found }),
                found => return Err(OpenError::Corrupt(format!("storage format {found} is unknown"))),
            }
        }
    };
    let stage = paths.data.join(moving::STAGE);
    if fresh && stage.exists() {
        return Err(OpenError::HalfImported(paths.data.clone()));
    }
    // The last step of an import, which a kill may have cut off.
    remove_all(&stage).map_err(at(&stage))?;
    let ground = if fresh { begin(paths, &data) } else { resume(paths, &data) };
    let (keys, keys_lock, blobs, root, id) = ground?;
    Ok(Ground { keys, blobs, root, id, fresh, data, locks: [data_lock, keys_lock] })
}

/// For an import: takes the locks and reads the keys; the caller has seen that there is no store yet.
pub fn vacant(paths: &Paths) -> Result<Vacant, OpenError> {
    let at = |source| OpenError::Io { path: paths.keys.clone(), source };
    let data = named(&paths.data)?;
    let data_lock = lock(&data, "lock", &paths.data)?;
    let keys = named(&paths.keys)?;
    let keys_lock = lock(&keys, "keys.lock", &paths.keys)?;
    let sealed = read(&keys, "id").map_err(at)?.ok_or_else(|| OpenError::Missing(paths.keys.join("id")))?;
    let root = find_root(paths, &keys)?.ok_or_else(|| OpenError::RootMissing(paths.keys.join("root")))?;
    let id = open_id(&root, "keys", &sealed)?;
    Ok(Vacant { data, keys, root, id, _locks: [data_lock, keys_lock] })
}

/// The first start is over: from now on everything has to be there.
pub fn finish(data: &Dir) -> io::Result<()> {
    data.replace("format", format!("{FORMAT}\n").as_bytes())
}

/// What carries the store id at `place`.
pub fn seal_id(root: &[u8], place: &str, id: StoreId) -> Vec<u8> {
    [id.0.as_slice(), &mac(root, place, id).finalize().into_bytes()].concat()
}

/// The store id at `place`, if the root secret bound it there.
pub fn open_id(root: &[u8], place: &str, bytes: &[u8]) -> Result<StoreId, OpenError> {
    let id = bytes.first_chunk::<16>().copied().map(StoreId);
    let id = id.ok_or_else(|| OpenError::Corrupt(format!("the store id of the {place}")))?;
    mac(root, place, id).verify_slice(&bytes[16..]).map_err(|_| OpenError::WrongRoot)?;
    Ok(id)
}

fn mac(root: &[u8], place: &str, id: StoreId) -> Hmac<Sha256> {
    let key = derive(root, &[b"dewdrop/v1/store"]);
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("HMAC takes a key of any length");
    mac.update(&[place.as_bytes(), &[0], &id.0].concat());
    mac
}

type Found = (Dir, File, Dir, Root, StoreId);

/// A start on a store that is there: whatever is missing is a reason to stop.
fn resume(paths: &Paths, data: &Dir) -> Result<Found, OpenError> {
    let missing = |path: PathBuf| OpenError::Missing(path);
    let at = |source| OpenError::Io { path: paths.data.clone(), source };
    if !paths.keys.is_dir() {
        return Err(missing(paths.keys.clone()));
    }
    let keys = named(&paths.keys)?;
    let keys_lock = lock(&keys, "keys.lock", &paths.keys)?;
    let keys_id = read(&keys, "id").map_err(at)?.ok_or_else(|| missing(paths.keys.join("id")))?;
    let blobs = data.sub("blobs").map_err(at)?.ok_or_else(|| missing(paths.data.join("blobs")))?;
    let blobs_id = read(&blobs, "id").map_err(at)?.ok_or_else(|| missing(paths.data.join("blobs/id")))?;
    if !paths.data.join("records").is_dir() && !paths.data.join("records.old").is_dir() {
        return Err(missing(paths.data.join("records")));
    }
    let root = find_root(paths, &keys)?.ok_or_else(|| OpenError::RootMissing(paths.keys.join("root")))?;
    let id = open_id(&root, "keys", &keys_id)?;
    if keys_id[..16] != blobs_id[..16.min(blobs_id.len())] {
        return Err(OpenError::OtherStore("keys and blobs"));
    }
    open_id(&root, "blobs", &blobs_id)?;
    Ok((keys, keys_lock, blobs, root, id))
}

/// A first start, or one that was cut short before anything was stored.
fn begin(paths: &Paths, data: &Dir) -> Result<Found, OpenError> {
    let at = |source| OpenError::Unwritable { path: paths.data.clone(), source };
    let keys = named(&paths.keys)?;
    let keys_lock = lock(&keys, "keys.lock", &paths.keys)?;
    let names = keys.names().map_err(at)?;
    if names.iter().any(|name| name.ends_with(".ring")) {
        return Err(OpenError::OtherStore("the data directory is new, the keys are not"));
    }
    let blobs = data.make_sub("blobs").map_err(at)?;
    if blobs.names().map_err(at)?.iter().any(|name| name != "id" && name != "id.new") {
        return Err(OpenError::OtherStore("there are blobs, but no storage format"));
    }
    let root = match find_root(paths, &keys)? {
        Some(root) => root,
        None => {
            let fresh = Zeroizing::new(rand::random::<[u8; 32]>());
            keys.replace("root", fresh.as_slice()).map_err(at)?;
            Zeroizing::new(fresh.to_vec())
        }
    };
    match std::fs::remove_dir_all(paths.data.join("records")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(error)),
        _ => {}
    }
    let id = StoreId::random();
    keys.replace("id", &seal_id(&root, "keys", id)).map_err(at)?;
    blobs.replace("id", &seal_id(&root, "blobs", id)).map_err(at)?;
    Ok((keys, keys_lock, blobs, root, id))
}

/// The root secret, from the credential or the keys directory.
fn find_root(paths: &Paths, keys: &Dir) -> Result<Option<Root>, OpenError> {
    let (path, file) =
        match std::env::var_os("CREDENTIALS_DIRECTORY").map(|d| Path::new(&d).join("dewdrop.root")) {
            Some(path) if path.exists() => {
                let file = File::open(&path);
                (path, file.map(Some))
            }
            _ => (paths.keys.join("root"), keys.file("root")),
        };
    let io = |source| OpenError::Io { path: path.clone(), source };
    let Some(file) = file.map_err(io)? else { return Ok(None) };
    if !(32..=ROOT_MOST).contains(&file.metadata().map_err(io)?.len()) {
        return Err(OpenError::Corrupt(format!("{} is not 32 to {ROOT_MOST} bytes", path.display())));
    }
    Ok(Some(Zeroizing::new(whole(&file).map_err(io)?)))
}

fn named(path: &Path) -> Result<Dir, OpenError> {
    let unwritable = |source| OpenError::Unwritable { path: path.to_owned(), source };
    let dir = Dir::open_or_make(path).map_err(unwritable)?;
    if dir.is_exposed().map_err(unwritable)? {
        // Not mended with something in it: it may be a folder that others need, named by mistake.
        if !dir.names().map_err(unwritable)?.is_empty() {
            return Err(OpenError::Exposed(path.to_owned()));
        }
        dir.keep_private().map_err(unwritable)?;
    }
    Ok(dir)
}

fn read(dir: &Dir, name: &str) -> io::Result<Option<Vec<u8>>> {
    dir.file(name)?.map(|file| whole(&file)).transpose()
}

/// Takes the lock of a directory for as long as the file stays open.
fn lock(dir: &Dir, name: &str, path: &Path) -> Result<File, OpenError> {
    let unwritable = |source| OpenError::Unwritable { path: path.to_owned(), source };
    let file = dir.file_or_create(name).map_err(unwritable)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(OpenError::Locked(path.to_owned())),
        Err(error) => Err(unwritable(error.into())),
    }
}
