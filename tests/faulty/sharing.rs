//! What the connections to one database share, as processes share a file: locks and memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::c_void,
    ops::Range,
    ptr,
    sync::atomic::AtomicU64,
};

use rsqlite_vfs::{LockLevel, ffi::SQLITE_SHM_NLOCK};

/// A connection's number.
pub type Number = u64;

#[derive(Default)]
pub struct Sharing {
    levels: BTreeMap<Number, LockLevel>,
    mapping: BTreeSet<Number>,
    /// They stand where they are until nobody maps them.
    regions: Vec<Box<[AtomicU64]>>,
    slots: [Slot; SQLITE_SHM_NLOCK as usize],
}

/// One of the locks on the shared memory.
#[derive(Default)]
struct Slot {
    shared: usize,
    exclusive: bool,
}

impl Sharing {
    /// Raises the [lock on the file](https://www.sqlite.org/lockingv3.html), if the others let it.
    pub fn lock(&mut self, own: Number, level: LockLevel) -> bool {
        let others = self.levels.iter().filter(|(number, _)| **number != own);
        let others = others.map(|(_, level)| *level).max().unwrap_or(LockLevel::None);
        let granted = match level {
            LockLevel::None => true,
            LockLevel::Shared => others < LockLevel::Pending,
            LockLevel::Reserved | LockLevel::Pending => others < LockLevel::Reserved,
            LockLevel::Exclusive => others == LockLevel::None,
        };
        let held = self.levels.entry(own).or_insert(LockLevel::None);
        if granted {
            *held = level.max(*held);
        }
        granted
    }

    pub fn unlock(&mut self, own: Number, level: LockLevel) {
        let held = self.levels.entry(own).or_insert(LockLevel::None);
        *held = level.min(*held);
    }

    pub fn is_reserved(&self) -> bool {
        self.levels.values().any(|level| *level >= LockLevel::Reserved)
    }

    /// A piece of the shared memory, made where it may be.
    pub fn map(&mut self, own: Number, region: usize, size: usize, make: bool) -> *mut c_void {
        self.mapping.insert(own);
        while make && self.regions.len() <= region {
            self.regions.push((0..size / 8).map(|_| AtomicU64::new(0)).collect());
        }
        self.regions.get(region).map_or(ptr::null_mut(), |region| region[0].as_ptr().cast())
    }

    /// What nobody maps is forgotten.
    pub fn unmap(&mut self, own: Number) {
        self.mapping.remove(&own);
        if self.mapping.is_empty() {
            self.regions.clear();
        }
    }

    pub fn lock_slots(&mut self, slots: Range<usize>, exclusive: bool) -> bool {
        let slots = &mut self.slots[slots];
        let granted = slots.iter().all(|slot| !slot.exclusive && (!exclusive || slot.shared == 0));
        for slot in slots.iter_mut().filter(|_| granted) {
            slot.exclusive |= exclusive;
            slot.shared += usize::from(!exclusive);
        }
        granted
    }

    pub fn unlock_slots(&mut self, slots: Range<usize>, exclusive: bool) {
        for slot in &mut self.slots[slots] {
            slot.exclusive &= !exclusive;
            slot.shared -= usize::from(!exclusive);
        }
    }
}
