use std::time::Duration;

use rsqlite_vfs::{
    AccessMode, LockLevel, OpenAccess, OpenOptions, OpenRequest, OpenedFile, OsCallback,
    SQLiteIoMethods, SQLiteVfs, SyncOptions, VfsError, VfsErrorCode, VfsFile, VfsResult, VfsStore,
    register_vfs,
};

use super::{Change, Disk, What};

pub fn register(disk: &Disk) {
    // SAFETY: the name is new, the disk may be used on any thread, and it stays registered.
    let registered = unsafe { register_vfs::<Faulty, Faulty>(&disk.name, disk.clone(), false) };
    registered.unwrap().into_raw();
}

struct Faulty;

struct Handle {
    disk: Disk,
    file: String,
    level: LockLevel,
}

impl Handle {
    fn change(&self, what: What) -> VfsResult<()> {
        let change = Change { file: self.file.clone(), what };
        self.disk.state().change(change).map_err(error)
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
        let state = self.disk.state();
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
        Ok(self.disk.state().files.get(&self.file).map_or(0, Vec::len) as u64)
    }

    fn lock(&mut self, level: LockLevel) -> VfsResult<()> {
        self.level = self.level.max(level);
        Ok(())
    }

    fn unlock(&mut self, level: LockLevel) -> VfsResult<()> {
        self.level = self.level.min(level);
        Ok(())
    }

    fn check_reserved_lock(&self) -> VfsResult<bool> {
        Ok(self.level >= LockLevel::Reserved)
    }
}

impl VfsStore for Faulty {
    type File = Handle;
    type AppData = Disk;

    fn open_file(disk: &Disk, request: OpenRequest<'_>) -> VfsResult<OpenedFile<Handle>> {
        let file = request.filename.expect("temporary tables stay in memory").path().to_owned();
        let there = disk.state().files.contains_key(&file);
        let handle = Handle { disk: disk.clone(), file, level: LockLevel::None };
        match (there, request.options.create()) {
            (true, _) => {}
            (false, true) => handle.change(What::Create)?,
            (false, false) => return Err(error(VfsErrorCode::CantOpen)),
        }
        Ok(OpenedFile { file: handle, access: OpenAccess::ReadWrite })
    }

    fn close_file(_: &Disk, _: Option<&str>, _: Handle, _: OpenOptions) -> VfsResult<()> {
        Ok(())
    }

    fn access(disk: &Disk, name: &str, _mode: AccessMode) -> VfsResult<bool> {
        Ok(disk.state().files.contains_key(name))
    }

    fn full_pathname(_disk: &Disk, name: &str) -> VfsResult<String> {
        Ok(name.into())
    }

    fn delete_file(disk: &Disk, name: &str, _sync: bool) -> VfsResult<()> {
        disk.state().change(Change { file: name.into(), what: What::Delete }).map_err(error)
    }
}

impl OsCallback for Faulty {
    fn sleep(&self, _duration: Duration) {}

    fn random(&self, _buffer: &mut [u8]) -> usize {
        0
    }

    fn epoch_timestamp_in_ms(&self) -> VfsResult<i64> {
        Ok(0)
    }
}

impl SQLiteIoMethods for Faulty {
    type Store = Self;
}

impl SQLiteVfs<Self> for Faulty {
    type Os = Self;

    fn os(_disk: &Disk) -> &Self {
        &Self
    }
}
