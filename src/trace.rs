//! Events of the `tracing` crate, and nothing where its feature is off.

// Without SQLite nothing happens that is worth an event.
#![allow(unused_macros)]

#[cfg(feature = "tracing")]
macro_rules! debug {
    ($($event:tt)*) => { ::tracing::debug!($($event)*) };
}

#[cfg(feature = "tracing")]
macro_rules! warning {
    ($($event:tt)*) => { ::tracing::warn!($($event)*) };
}

#[cfg(not(feature = "tracing"))]
macro_rules! debug {
    ($($event:tt)*) => {};
}

#[cfg(not(feature = "tracing"))]
macro_rules! warning {
    ($($event:tt)*) => {};
}
