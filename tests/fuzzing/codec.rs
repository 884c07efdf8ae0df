//! Payloads, as any program may have written them.

use actor_journal::codec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    owner: String,
    balance: i64,
    rate: Option<f64>,
    tags: Vec<String>,
    kind: Kind,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Locked { until: u64 },
}

/// Whatever the bytes are, they are decoded or refused; what is decoded comes back from each codec as
/// it is, where that codec can say it.
pub fn decode(bytes: &[u8]) {
    for payload in [bytes.to_vec(), [&codec::CBOR_PREFIX, bytes].concat()] {
        if let Ok(value) = codec::decode::<Value>(&payload) {
            come_back(&value);
        }
        if let Ok(account) = codec::decode::<Account>(&payload) {
            let json = codec::to_json(&account).map(|json| codec::decode(&json).unwrap());
            assert!(json.is_err() || json.is_ok_and(|back: Account| back == account));
        }
        let _ = codec::decode::<(u8, f32, Option<char>)>(&payload);
        assert!(["json", "cbor"].contains(&codec::codec_name(&payload)));
    }
}

fn come_back(value: &Value) {
    for encoded in [codec::to_json(value), codec::to_cbor(value)] {
        let Ok(encoded) = encoded else { continue };
        assert_eq!(&codec::decode::<Value>(&encoded).unwrap(), value);
    }
}
