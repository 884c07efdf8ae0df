//! What the command line does, a file for each concern.

mod compaction;
mod copies;
mod events;
mod following;
mod looking;
mod program;
mod refusals;
mod unchanged;
mod verification;
