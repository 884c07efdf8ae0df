//! Backups, images, restores, exports and imports.

mod backup;
mod damaged;
mod journals;
mod lines;
mod place;
mod restore;
mod sound;
mod spelling;
mod under_way;
