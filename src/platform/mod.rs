//! What differs between targets, with the same signatures on each side. No other room asks for
//! the target.

#[cfg(not(target_arch = "wasm32"))]
#[path = "native.rs"]
mod target;
#[cfg(target_arch = "wasm32")]
#[path = "wasm.rs"]
mod target;

#[cfg(all(feature = "sqlite", not(target_arch = "wasm32")))]
#[path = "file.rs"]
mod storage;
#[cfg(all(feature = "sqlite", target_arch = "wasm32"))]
#[path = "opfs.rs"]
mod storage;

#[cfg(all(feature = "sqlite", not(target_arch = "wasm32")))]
#[path = "thread.rs"]
mod service;
#[cfg(all(feature = "sqlite", target_arch = "wasm32"))]
#[path = "event_loop.rs"]
mod service;

#[cfg(feature = "sqlite")]
mod gather;
#[cfg(feature = "sqlite")]
mod partial;
#[cfg(feature = "sqlite")]
mod place;
#[cfg(feature = "sqlite")]
mod vfs_file;

pub use target::{BoxFuture, BoxStream, MaybeSend, MaybeSync};
pub(crate) use target::{Clock, executor, now};

#[cfg(feature = "sqlite")]
pub(crate) use partial::Partial;
#[cfg(feature = "sqlite")]
pub(crate) use place::{Place, Sharing, place};
#[cfg(feature = "sqlite")]
pub(crate) use service::{Arrivals, give_way, start_service};
#[cfg(feature = "sqlite")]
pub(crate) use vfs_file::{VfsFile, read_database};
