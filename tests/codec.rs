//! JSON and CBOR, and that each is told from the other.
#![cfg(all(feature = "cbor", not(target_arch = "wasm32")))]

use std::collections::BTreeMap;

use actor_journal::{NewEvent, codec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Transfer {
    from: String,
    amount: i64,
    rate: f64,
    note: Option<String>,
    tags: Vec<String>,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Urgent { until: u64 },
}

prop_compose! {
    fn transfer()(
        from: String,
        amount: i64,
        rate in -1e9..1e9_f64,
        note: Option<String>,
        tags: Vec<String>,
        until: Option<u64>,
    ) -> Transfer {
        let kind = until.map_or(Kind::Plain, |until| Kind::Urgent { until });
        Transfer { from, amount, rate, note, tags, kind }
    }
}

proptest! {
    #[test]
    fn both_codecs_give_back_what_was_written(transfer in transfer()) {
        let json = codec::to_json(&transfer).unwrap();
        let cbor = codec::to_cbor(&transfer).unwrap();
        prop_assert_eq!(codec::codec_name(&json), "json");
        prop_assert_eq!(codec::codec_name(&cbor), "cbor");
        prop_assert_eq!(codec::decode::<Transfer>(&json).unwrap(), transfer.clone());
        prop_assert_eq!(codec::decode::<Transfer>(&cbor).unwrap(), transfer);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>, as_cbor: bool) {
        let mut payload = if as_cbor { codec::CBOR_PREFIX.to_vec() } else { Vec::new() };
        payload.extend(bytes);
        let _ = codec::decode::<Transfer>(&payload);
        let _ = codec::decode::<serde_json::Value>(&payload);
    }
}

#[test]
fn what_json_cannot_say_is_unencodable() {
    let keyed_by_list = BTreeMap::from([(vec![1], 2)]);
    let error = NewEvent::json(&keyed_by_list).unwrap_err();
    assert_eq!(error.code(), "unencodable");
    assert!(NewEvent::cbor(&keyed_by_list).is_ok());
}

#[test]
fn what_json_would_change_is_unencodable_with_its_place() {
    let rates = BTreeMap::from([("fine", vec![1.5, f64::MAX]), ("lost", vec![0.0, f64::NAN])]);
    let error = NewEvent::json(&rates).unwrap_err();
    assert_eq!(error.code(), "unencodable");
    assert!(error.to_string().ends_with("JSON has no NaN at lost[1]"), "{error}");
    for number in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        assert_eq!(NewEvent::json(&Some((1, number))).unwrap_err().code(), "unencodable");
    }
    let nested = |levels: usize| {
        (0..levels).fold(serde_json::Value::Null, |inner, _| serde_json::json!([inner]))
    };
    let deepest = codec::to_json(&nested(100)).unwrap();
    assert_eq!(codec::decode::<serde_json::Value>(&deepest).unwrap(), nested(100));
    assert_eq!(NewEvent::json(&nested(101)).unwrap_err().code(), "unencodable");
}

#[test]
fn bytes_behind_a_value_are_refused() {
    for mut payload in [codec::to_json(&1).unwrap(), codec::to_cbor(&1).unwrap()] {
        payload.push(b'1');
        payload.push(b' ');
        payload.push(b'2');
        assert!(codec::decode::<u64>(&payload).is_err());
    }
}

/// Bytes that JavaScript's side writes: a date (tag 1), big integers (tags 2 and 3), and a map
/// marked as one (tag 259).
#[test]
fn values_tagged_by_javascript_are_read() {
    let read = |hex: &[u8]| [&codec::CBOR_PREFIX, hex].concat();
    let date = read(b"\xc1\xfb\x41\xd9\x54\x0a\x80\x00\x00\x00");
    assert_eq!(codec::decode::<f64>(&date).unwrap(), 1_699_752_448.0);
    assert_eq!(codec::decode::<f64>(&read(b"\x05")).unwrap(), 5.0, "5.0 is 5 there");
    assert_eq!(codec::decode::<Vec<f32>>(&read(b"\x82\x05\x20")).unwrap(), [5.0, -1.0]);
    let big = read(b"\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00");
    assert_eq!(codec::decode::<u128>(&big).unwrap(), 1 << 64);
    let negative = read(b"\xc3\x41\x04");
    assert_eq!(codec::decode::<i128>(&negative).unwrap(), -5);
    let map = read(b"\xd9\x01\x03\xa1\x61a\x01");
    assert_eq!(
        codec::decode::<BTreeMap<String, u8>>(&map).unwrap(),
        BTreeMap::from([("a".into(), 1)])
    );
}
