// Some browsers have the file system, but no access handles.
delete FileSystemFileHandle.prototype.createSyncAccessHandle;
