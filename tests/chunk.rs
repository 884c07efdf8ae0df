//! The packed format between the core and JavaScript.
#![cfg(not(target_arch = "wasm32"))]

use actor_journal::{AppendToken, PersistenceId, PersistentEvent, ReplayPage, Tag, chunk};
use proptest::prelude::*;

fn event(seq: u64, payload: &[u8], tags: &[&str]) -> PersistentEvent {
    PersistentEvent {
        id: PersistenceId::new(if seq < 3 { "a\"b" } else { "c" }).unwrap(),
        seq,
        position: seq + 100,
        timestamp: 1_700_000_000_000,
        payload: payload.into(),
        tags: tags.iter().map(|tag| Tag::new(tag).unwrap()).collect(),
    }
}

fn word(chunk: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(chunk[at..at + 4].try_into().unwrap())
}

fn float(chunk: &[u8], at: usize) -> f64 {
    f64::from_le_bytes(chunk[at..at + 8].try_into().unwrap())
}

#[test]
fn events_lie_where_the_table_says() {
    let events = vec![
        event(1, b"{\"x\":1}", &["red", "blue"]),
        event(2, b"2", &[]),
        event(3, b"\"three\"", &["red", "blue"]),
    ];
    let packed = ReplayPage { events, through: 9, last: true }.pack();
    let n = 3;
    assert_eq!((word(&packed, 0), word(&packed, 4)), (chunk::MAGIC, n as u32));
    assert_eq!(word(&packed, 8), chunk::LAST | chunk::ALL_JSON);
    assert_eq!(float(&packed, 16), 9.0);
    for index in 0..n {
        assert_eq!(float(&packed, 24 + 8 * index), index as f64 + 1.0);
        assert_eq!(float(&packed, 24 + 8 * n + 8 * index), index as f64 + 101.0);
        assert_eq!(float(&packed, 24 + 16 * n + 8 * index), 1_700_000_000_000.0);
    }
    let words = |column: usize| -> Vec<u32> {
        (0..n).map(|index| word(&packed, 24 + 24 * n + column * 4 * n + 4 * index)).collect()
    };
    assert_eq!((words(0), words(1), words(2)), (vec![0, 0, 1], vec![1, 0, 1], vec![8, 10, 18]));
    let strings = 24 + 36 * n;
    let payloads = strings + word(&packed, 12) as usize;
    assert_eq!(&packed[strings..payloads], br#"[["a\"b","c"],["red,blue"]]"#);
    assert_eq!(&packed[payloads..], br#"[{"x":1},2,"three"]"#);
}

#[test]
fn a_payload_that_is_not_json_alone_takes_the_flag_away() {
    let flags = |payloads: &[&[u8]]| {
        let events = (1..).zip(payloads).map(|(seq, payload)| event(seq, payload, &[])).collect();
        word(&ReplayPage { events, through: 0, last: false }.pack(), 8)
    };
    assert_eq!(flags(&[b"1", b"[2]"]), chunk::ALL_JSON);
    assert_eq!(flags(&[]), chunk::ALL_JSON);
    // Together these would be two values of valid JSON.
    assert_eq!(flags(&[b"{\"a\":1", b"\"b\":2},3"]), 0);
    assert_eq!(flags(&[b"1", &[0xd9, 0xd9, 0xf7, 1]]), 0);
    assert_eq!(flags(&[b""]), 0);
}

/// Entries packed as JavaScript packs them.
fn pack_entries(payloads: &[Vec<u8>], tags: &str) -> Vec<u8> {
    let mut packed = chunk::MAGIC.to_le_bytes().to_vec();
    packed.extend((payloads.len() as u32).to_le_bytes());
    packed.extend((tags.len() as u32).to_le_bytes());
    let mut end = 0;
    for payload in payloads {
        end += payload.len() as u32;
        packed.extend(end.to_le_bytes());
    }
    packed.extend(tags.as_bytes());
    packed.extend(payloads.concat());
    packed
}

#[test]
fn entries_are_unpacked_with_their_tags() {
    let packed =
        pack_entries(&[b"1".to_vec(), b"".to_vec(), b"333".to_vec()], r#"[["x"],null,[]]"#);
    let token = AppendToken::random();
    let batch = chunk::unpack_entries(&packed, token).unwrap();
    assert_eq!(batch.token(), token);
    let unpacked: Vec<_> =
        batch.entries().iter().map(|entry| (&*entry.payload, entry.tags.len())).collect();
    assert_eq!(unpacked, [(&b"1"[..], 1), (b"", 0), (b"333", 0)]);
    assert_eq!(chunk::unpack_entries(&pack_entries(&[], ""), token).unwrap().entries(), []);
}

#[test]
fn a_bad_tag_in_packed_entries_is_named() {
    let packed = pack_entries(&[b"1".to_vec()], r#"[["a,b"]]"#);
    let error = chunk::unpack_entries(&packed, AppendToken::random()).unwrap_err();
    assert!(error.to_string().contains("a,b"), "{error}");
}

proptest! {
    #[test]
    fn any_payloads_are_unpacked(payloads: Vec<Vec<u8>>) {
        let batch = chunk::unpack_entries(&pack_entries(&payloads, ""), AppendToken::random()).unwrap();
        prop_assert!(batch.entries().iter().map(|entry| &*entry.payload).eq(payloads.iter().map(|payload| &payload[..])));
    }

    #[test]
    fn damaged_entries_are_refused_or_unpacked(
        payloads: Vec<Vec<u8>>,
        damage: Vec<(prop::sample::Index, u8)>,
        cut: prop::sample::Index,
    ) {
        let mut packed = pack_entries(&payloads, "");
        for (at, byte) in damage {
            let at = at.index(packed.len());
            packed[at] = byte;
        }
        packed.truncate(cut.index(packed.len() + 1));
        if let Err(error) = chunk::unpack_entries(&packed, AppendToken::random()) {
            prop_assert_eq!(error.code(), "invalid-argument");
        }
    }
}
