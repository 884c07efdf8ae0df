//! What JavaScript packs: appends, and the entries of one.

use actor_journal::{
    AppendToken, Batch, InMemoryJournal, Journal, PersistenceId, ReplayRange, chunk,
};

/// Whatever the bytes are, they are unpacked or refused; what is unpacked can be appended, and is
/// packed for its way back with all that it was.
pub fn unpack(bytes: &[u8]) {
    let token = AppendToken::from_bytes([7; 16]);
    if let Ok(batch) = chunk::unpack_entries(bytes, token) {
        append("a", batch);
    }
    for append in chunk::unpack_appends(bytes).unwrap_or_default() {
        if let Ok(batch) = append.batch() {
            self::append(append.id, batch);
        }
    }
}

fn append(id: &str, batch: Batch) {
    let Ok(id) = PersistenceId::new(id) else { return };
    let journal = InMemoryJournal::new();
    let Ok(events) = pollster::block_on(journal.append(&id, 0, batch.clone())) else {
        assert!(batch.check().is_err(), "unpacked, and then refused");
        return;
    };
    let payloads = |event: &actor_journal::PersistentEvent| event.payload.clone();
    let entries = batch.entries().iter().map(|entry| entry.payload.clone());
    assert!(events.iter().map(payloads).eq(entries));
    let range = ReplayRange::from(..);
    let page = pollster::block_on(journal.replay_page(&id, range, false)).unwrap();
    let payloads: usize = page.events.iter().map(|event| event.payload.len() + 1).sum();
    assert!(page.pack().len() > 24 + 40 * page.events.len() + payloads);
}
