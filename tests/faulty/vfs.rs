use std::{
    ffi::{CString, c_int, c_void},
    sync::{
        Arc, Mutex, MutexGuard, Once,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use rsqlite_vfs::{
    AccessMode, DeviceCharacteristics, LockLevel, OpenAccess, OpenOptions, OpenRequest, OpenedFile,
    OsCallback, SQLiteIoMethods, SQLiteVfs, SQLiteVfsFile, SyncOptions, VfsError, VfsErrorCode,
    VfsFile, VfsResult, VfsStore,
    ffi::{
        SQLITE_BUSY, SQLITE_OK, SQLITE_SHM_EXCLUSIVE, SQLITE_SHM_LOCK, sqlite3_file,
        sqlite3_io_methods, sqlite3_vfs_find, sqlite3_vfs_register,
    },
    register_vfs,
};

use super::{Change, DATABASE, State, What, find, sharing::Number};

/// The VFS that serves all disks.
pub const NAME: &str = "faulty";

pub fn register() {
    static REGISTERED: Once = Once::new();
    // SAFETY: the name is new, the disks may be used on any thread, and it stays registered.
    let register = || unsafe { register_vfs::<Faulty, Faulty>(NAME, (), false) };
    REGISTERED.call_once(|| {
        register().unwrap().into_raw();
    });
}

/// Serves, from now on, whatever names no other VFS.
pub fn serve_by_default() {
    let name = CString::new(NAME).unwrap();
    // SAFETY: the VFS was registered under this name and stays so.
    let code = unsafe { sqlite3_vfs_register(sqlite3_vfs_find(name.as_ptr()), 1) };
    assert_eq!(code, SQLITE_OK);
}

struct Faulty;

struct Handle {
    disk: Arc<Mutex<State>>,
    file: String,
    number: Number,
}

impl Handle {
    fn state(&self) -> MutexGuard<'_, State> {
        self.disk.lock().unwrap()
    }

    fn change(&self, what: What) -> VfsResult<()> {
        let change = Change { file: self.file.clone(), what };
        self.state().change(change).map_err(error)
    }
}

fn error(code: VfsErrorCode) -> VfsError {
    VfsError::new(code, "the disk was told to fail".into())
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

impl VfsFile for Handle {
    fn size_hint(&mut self, size: u64) -> VfsResult<bool> {
        if size > self.size()? {
            self.change(What::Resize(index(size)))?;
        }
        Ok(true)
    }

    fn read(&mut self, buffer: &mut [u8], offset: u64) -> VfsResult<usize> {
        let mut state = self.state();
        state.reads += 1;
        let file = state.files.get(&self.file).map_or(&[][..], Vec::as_slice);
        let rest = file.get(index(offset)..).unwrap_or_default();
        let amount = rest.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&rest[..amount]);
        Ok(amount)
    }

    fn write(&mut self, bytes: &[u8], offset: u64) -> VfsResult<()> {
        self.change(What::Write { at: index(offset), bytes: bytes.into() })
    }

    fn truncate(&mut self, size: u64) -> VfsResult<()> {
        assert!(size <= self.size()?, "a file does not grow by being cut");
        self.change(What::Resize(index(size)))
    }

    fn sync(&mut self, _options: SyncOptions) -> VfsResult<()> {
        self.change(What::Sync)
    }

    fn size(&self) -> VfsResult<u64> {
        Ok(self.state().files.get(&self.file).map_or(0, Vec::len) as u64)
    }

    /// As SQLite's own VFS for Unix and Windows says of a file.
    fn device_characteristics(&self) -> DeviceCharacteristics {
        DeviceCharacteristics::POWERSAFE_OVERWRITE
    }

    fn lock(&mut self, level: LockLevel) -> VfsResult<()> {
        // A copy beside the database is its owner's alone.
        if self.file != DATABASE {
            return Ok(());
        }
        match self.state().sharing.lock(self.number, level) {
            true => Ok(()),
            false => Err(error(VfsErrorCode::Busy)),
        }
    }

    fn unlock(&mut self, level: LockLevel) -> VfsResult<()> {
        self.state().sharing.unlock(self.number, level);
        Ok(())
    }

    fn check_reserved_lock(&self) -> VfsResult<bool> {
        Ok(self.file == DATABASE && self.state().sharing.is_reserved())
    }
}

impl VfsStore for Faulty {
    type File = Handle;
    type AppData = ();

    fn open_file(_: &(), request: OpenRequest<'_>) -> VfsResult<OpenedFile<Handle>> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let path = request.filename.expect("temporary tables stay in memory").path();
        let (disk, file) = find(path);
        let there = disk.lock().unwrap().files.contains_key(&file);
        let handle = Handle { disk, file, number: COUNT.fetch_add(1, Ordering::Relaxed) };
        match (there, request.options.create()) {
            (true, _) => {}
            (false, true) => handle.change(What::Create)?,
            (false, false) => return Err(error(VfsErrorCode::CantOpen)),
        }
        Ok(OpenedFile { file: handle, access: OpenAccess::ReadWrite })
    }

    fn close_file(_: &(), _: Option<&str>, handle: Handle, _: OpenOptions) -> VfsResult<()> {
        handle.state().sharing.unlock(handle.number, LockLevel::None);
        Ok(())
    }

    fn access(_: &(), path: &str, _mode: AccessMode) -> VfsResult<bool> {
        let (disk, file) = find(path);
        Ok(disk.lock().unwrap().files.contains_key(&file))
    }

    fn full_pathname(_: &(), path: &str) -> VfsResult<String> {
        Ok(path.into())
    }

    fn delete_file(_: &(), path: &str, flushed: bool) -> VfsResult<()> {
        let (disk, file) = find(path);
        let what = What::Delete { flushed };
        disk.lock().unwrap().change(Change { file, what }).map_err(error)
    }
}

impl OsCallback for Faulty {
    fn sleep(&self, duration: Duration) {
        thread::sleep(duration);
    }

    fn random(&self, _buffer: &mut [u8]) -> usize {
        0
    }

    fn epoch_timestamp_in_ms(&self) -> VfsResult<i64> {
        Ok(0)
    }
}

/// The methods for files without shared memory.
struct Plain;

impl SQLiteIoMethods for Plain {
    type Store = Faulty;
    const VERSION: c_int = 2;
}

impl SQLiteIoMethods for Faulty {
    type Store = Self;
    const VERSION: c_int = 2;
    const METHODS: sqlite3_io_methods = sqlite3_io_methods {
        xShmMap: Some(map),
        xShmLock: Some(lock),
        xShmBarrier: Some(barrier),
        xShmUnmap: Some(unmap),
        ..Plain::METHODS
    };
}

/// # Safety
///
/// `file` must be open, and `'a` must end with SQLite's call.
unsafe fn opened<'a>(file: *mut sqlite3_file) -> &'a Handle {
    // SAFETY: the caller's promise; every file of this VFS is a `Handle`.
    unsafe { (*SQLiteVfsFile::from_file(file)).handle() }
}

unsafe extern "C" fn map(
    file: *mut sqlite3_file,
    region: c_int,
    size: c_int,
    make: c_int,
    answer: *mut *mut c_void,
) -> c_int {
    // SAFETY: the file is open, and `answer` is a place for the answer.
    unsafe {
        let file = opened(file);
        let (region, size) = (region as usize, size as usize);
        *answer = file.state().sharing.map(file.number, region, size, make != 0);
    }
    SQLITE_OK
}

unsafe extern "C" fn lock(
    file: *mut sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the file is open.
    let mut state = unsafe { opened(file) }.state();
    let slots = first as usize..(first + count) as usize;
    let exclusive = flags & SQLITE_SHM_EXCLUSIVE != 0;
    if flags & SQLITE_SHM_LOCK == 0 {
        state.sharing.unlock_slots(slots, exclusive);
        return SQLITE_OK;
    }
    match state.sharing.lock_slots(slots, exclusive) {
        true => SQLITE_OK,
        false => SQLITE_BUSY,
    }
}

/// Every lock is taken under the disk's own, which is a barrier.
unsafe extern "C" fn barrier(file: *mut sqlite3_file) {
    // SAFETY: the file is open.
    drop(unsafe { opened(file) }.state());
}

unsafe extern "C" fn unmap(file: *mut sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: the file is open.
    let file = unsafe { opened(file) };
    file.state().sharing.unmap(file.number);
    SQLITE_OK
}

impl SQLiteVfs<Self> for Faulty {
    type Os = Self;

    fn os(_: &()) -> &Self {
        &Self
    }
}
