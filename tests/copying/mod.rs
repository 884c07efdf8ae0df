//! Backups, images, restores, exports and imports.

mod backup;
mod place;
mod restore;
