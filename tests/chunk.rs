//! The packed format between the core and JavaScript.
#![cfg(not(target_arch = "wasm32"))]

use actor_journal::{
    AppendToken, Error, ErrorKind, Manifest, PersistenceId, PersistentEvent, ReplayPage, Tag, chunk,
};
use proptest::prelude::*;

fn event(seq: u64, payload: &[u8], tags: &[&str]) -> PersistentEvent {
    PersistentEvent {
        id: PersistenceId::new(if seq < 3 { "a\"b" } else { "c" }).unwrap(),
        seq,
        position: seq + 100,
        timestamp: 1_700_000_000_000,
        payload: payload.into(),
        tags: tags.iter().map(|tag| Tag::new(tag).unwrap()).collect(),
        manifest: None,
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
    let manifest = |version| Some(Manifest::new("m\"n", version).unwrap());
    let events = vec![
        event(1, b"{\"x\":1}", &["red", "blue"]),
        PersistentEvent { manifest: manifest(2), ..event(2, b"2", &[]) },
        PersistentEvent { manifest: manifest(1), ..event(3, b"\"three\"", &["red", "blue"]) },
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
    assert_eq!((words(0), words(1)), (vec![0, 0, 1], vec![1, 0, 1]));
    assert_eq!((words(2), words(3)), (vec![0, 1, 2], vec![8, 10, 18]));
    let strings = 24 + 40 * n;
    let payloads = strings + word(&packed, 12) as usize;
    assert_eq!(&packed[strings..payloads], br#"[["a\"b","c"],["red,blue"],["2 m\"n","1 m\"n"]]"#);
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
fn pack_entries(payloads: &[Vec<u8>], labels: &str) -> Vec<u8> {
    let mut packed = chunk::MAGIC.to_le_bytes().to_vec();
    packed.extend((payloads.len() as u32).to_le_bytes());
    packed.extend((labels.len() as u32).to_le_bytes());
    let mut end = 0;
    for payload in payloads {
        end += payload.len() as u32;
        packed.extend(end.to_le_bytes());
    }
    packed.extend(labels.as_bytes());
    packed.extend(payloads.concat());
    packed
}

#[test]
fn entries_are_unpacked_with_their_tags() {
    let packed =
        pack_entries(&[b"1".to_vec(), b"".to_vec(), b"333".to_vec()], "\u{1f}x\u{1e}\u{1e}");
    let token = AppendToken::random();
    let batch = chunk::unpack_entries(&packed, token).unwrap();
    assert_eq!(batch.token(), token);
    let unpacked: Vec<_> =
        batch.entries().iter().map(|entry| (&*entry.payload, entry.tags.len())).collect();
    assert_eq!(unpacked, [(&b"1"[..], 1), (b"", 0), (b"333", 0)]);
    assert_eq!(chunk::unpack_entries(&pack_entries(&[], ""), token).unwrap().entries(), []);
}

#[test]
fn entries_are_unpacked_with_their_manifests() {
    let payloads = [b"1".to_vec(), b"2".to_vec(), b"3".to_vec()];
    let packed = pack_entries(&payloads, "2 a b\u{1f}x\u{1e}\u{1f}y\u{1e}1 m");
    let batch = chunk::unpack_entries(&packed, AppendToken::random()).unwrap();
    let unpacked: Vec<_> = batch.entries().iter().map(|e| (&e.manifest, e.tags.len())).collect();
    let manifest = |name, version| Some(Manifest::new(name, version).unwrap());
    assert_eq!(unpacked, [(&manifest("a b", 2), 1), (&None, 1), (&manifest("m", 1), 0)]);
    for refused in ["2", "2 ", "0 m", "2147483648 m", "1.5 m", "m 1", " m"] {
        let packed = pack_entries(&payloads[..1], refused);
        let error = chunk::unpack_entries(&packed, AppendToken::random()).unwrap_err();
        assert_eq!(error.code(), "invalid-argument", "{refused}");
    }
}

#[test]
fn a_bad_tag_in_packed_entries_is_named() {
    let packed = pack_entries(&[b"1".to_vec()], "\u{1f}a,b");
    let error = chunk::unpack_entries(&packed, AppendToken::random()).unwrap_err();
    assert!(error.to_string().contains("a,b"), "{error}");
}

/// Appends packed as JavaScript packs them: id, expected seq, token, entries.
fn pack_appends(appends: &[(&str, f64, [u8; 16], Vec<u8>)]) -> Vec<u8> {
    let mut packed = chunk::MAGIC.to_le_bytes().to_vec();
    packed.extend((appends.len() as u32).to_le_bytes());
    appends.iter().for_each(|(_, expected, ..)| packed.extend(expected.to_le_bytes()));
    appends.iter().for_each(|(_, _, token, _)| packed.extend(token));
    let ids: Vec<_> = appends.iter().map(|(id, ..)| id.as_bytes()).collect();
    let entries: Vec<_> = appends.iter().map(|(.., entries)| &entries[..]).collect();
    packed.extend(ends(&ids));
    packed.extend(ends(&entries));
    packed.extend(ids.concat());
    packed.extend(entries.concat());
    packed
}

/// Where each piece ends, as a column.
fn ends(pieces: &[&[u8]]) -> Vec<u8> {
    let ends = pieces.iter().scan(0, |end, piece| {
        *end += piece.len() as u32;
        Some(end.to_le_bytes())
    });
    ends.flatten().collect()
}

fn three_appends() -> Vec<u8> {
    let none: &[Vec<u8>] = &[];
    pack_appends(&[
        ("a", 0.0, [1; 16], pack_entries(&[b"1".to_vec(), b"".to_vec()], "3 m\u{1f}x\u{1e}")),
        ("Zo\u{eb}", 9_007_199_254_740_991.0, [2; 16], pack_entries(none, "")),
        ("", -0.5, [3; 16], pack_entries(&[b"333".to_vec()], "")),
    ])
}

#[test]
fn appends_are_unpacked_each_with_its_own() {
    let packed = three_appends();
    let appends = chunk::unpack_appends(&packed).unwrap();
    let places: Vec<_> = appends.iter().map(|append| (append.id, append.expected_seq)).collect();
    assert_eq!(places, [("a", 0.0), ("Zo\u{eb}", 9_007_199_254_740_991.0), ("", -0.5)]);
    let batches: Vec<_> = appends.iter().map(|append| append.batch().unwrap()).collect();
    let payloads: Vec<Vec<&[u8]>> = batches
        .iter()
        .map(|batch| batch.entries().iter().map(|entry| &*entry.payload).collect())
        .collect();
    assert_eq!(payloads, [vec![&b"1"[..], b""], vec![], vec![b"333"]]);
    let tagged: Vec<usize> = batches[0].entries().iter().map(|entry| entry.tags.len()).collect();
    assert_eq!(tagged, [1, 0]);
    let tokens: Vec<_> = batches.iter().map(|batch| batch.token()).collect();
    assert_eq!(tokens, [1, 2, 3].map(|byte| AppendToken::from_bytes([byte; 16])));
    assert!(chunk::unpack_appends(&pack_appends(&[])).unwrap().is_empty());
}

#[test]
fn entries_that_are_malformed_are_the_fault_of_their_append_alone() {
    let fine = pack_entries(&[b"1".to_vec()], "");
    let packed = pack_appends(&[
        ("a", 0.0, [1; 16], fine.clone()),
        ("b", 0.0, [2; 16], fine[..fine.len() - 1].to_vec()),
        ("c", 0.0, [3; 16], pack_entries(&[b"1".to_vec()], "\u{1f}a,b")),
        ("d", 0.0, [4; 16], fine),
    ]);
    let appends = chunk::unpack_appends(&packed).unwrap();
    let whole: Vec<_> = appends.iter().map(|append| append.batch().is_ok()).collect();
    assert_eq!(whole, [true, false, false, true]);
    assert!(appends[2].batch().unwrap_err().to_string().contains("a,b"));
}

#[test]
fn appends_that_are_not_in_the_format_are_refused() {
    let one = |id: &str| pack_appends(&[(id, 0.0, [1; 16], pack_entries(&[], ""))]);
    let id_at = 8 + 32;
    let mut no_text = one("a");
    no_text[id_at] = 0xff;
    let mut no_magic = one("a");
    no_magic[0] ^= 1;
    let mut too_many = one("a");
    too_many[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    for packed in [no_text, no_magic, too_many, Vec::new()] {
        assert_eq!(refusal(&packed), Some("invalid-argument"));
    }
}

/// The code of what these appends fail with, be it one of them alone.
fn refusal(packed: &[u8]) -> Option<&'static str> {
    let appends = match chunk::unpack_appends(packed) {
        Ok(appends) => appends,
        Err(error) => return Some(error.code()),
    };
    appends.iter().find_map(|append| Some(append.batch().err()?.code()))
}

#[test]
fn appends_cut_short_are_refused() {
    let packed = three_appends();
    assert_eq!(refusal(&packed), None);
    for length in 0..packed.len() {
        assert_eq!(refusal(&packed[..length]), Some("invalid-argument"), "of {length} bytes");
    }
}

#[test]
fn a_flipped_byte_in_appends_is_refused_or_unpacked() {
    let packed = three_appends();
    for at in 0..packed.len() {
        for flip in 1..=u8::MAX {
            let mut damaged = packed.clone();
            damaged[at] ^= flip;
            let refusal = refusal(&damaged);
            assert!(matches!(refusal, None | Some("invalid-argument")), "{refusal:?} at {at}");
        }
    }
}

#[test]
fn answers_are_packed_each_in_its_place() {
    let conflict =
        ErrorKind::Conflict { id: PersistenceId::new("a\"b").unwrap(), expected: 1, actual: 3 };
    let packed = chunk::pack_answers(&[
        Ok(vec![event(1, b"1", &[]), event(2, b"2", &[])]),
        Err(Error::new(conflict, "another")),
        Ok(Vec::new()),
        Err(Tag::new("a,b").unwrap_err()),
        Ok(vec![event(7, b"7", &[])]),
    ]);
    let place = |index: usize| [0, 8, 16].map(|at| float(&packed, 24 * index + at));
    assert_eq!(place(0), [1.0, 101.0, 1_700_000_000_000.0]);
    assert_eq!(place(4), [7.0, 107.0, 1_700_000_000_000.0]);
    for without in [1, 2, 3] {
        assert_eq!(place(without), [0.0; 3]);
    }
    let errors: serde_json::Value = serde_json::from_slice(&packed[5 * 24..]).unwrap();
    assert_eq!((errors[0][0].as_u64(), errors[1][0].as_u64()), (Some(1), Some(3)));
    let told = &errors[0][1];
    assert_eq!((&told["code"], &told["persistenceId"]), (&"conflict".into(), &"a\"b".into()));
    assert_eq!((&told["expectedSeq"], &told["actualSeq"]), (&1.into(), &3.into()));
    assert_eq!(errors[1][1]["code"], "invalid-argument");
    assert_eq!(errors.as_array().unwrap().len(), 2);
    assert_eq!(chunk::pack_answers(&[]), b"[]");
}

proptest! {
    #[test]
    fn any_payloads_are_unpacked(payloads: Vec<Vec<u8>>) {
        let batch = chunk::unpack_entries(&pack_entries(&payloads, ""), AppendToken::random()).unwrap();
        prop_assert!(batch.entries().iter().map(|entry| &*entry.payload).eq(payloads.iter().map(|payload| &payload[..])));
    }

    #[test]
    fn damaged_appends_are_refused_or_unpacked(
        payloads: Vec<Vec<u8>>,
        damage: Vec<(prop::sample::Index, u8)>,
        cut: prop::sample::Index,
    ) {
        let append = |payload: &Vec<u8>| ("id", 1.0, [7; 16], pack_entries(std::slice::from_ref(payload), ""));
        let mut packed = pack_appends(&payloads.iter().map(append).collect::<Vec<_>>());
        for (at, byte) in damage {
            let at = at.index(packed.len());
            packed[at] = byte;
        }
        packed.truncate(cut.index(packed.len() + 1));
        prop_assert!(matches!(refusal(&packed), None | Some("invalid-argument")));
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
