//! The event that every workload writes: 100 bytes of JSON.

use serde::{Deserialize, Serialize};

/// What happened to an account.
#[derive(Serialize, Deserialize)]
pub struct Moved {
    kind: Kind,
    account: u32,
    pub cents: u64,
    currency: String,
    memo: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Deposited,
    Withdrawn,
}

impl Moved {
    /// The event number `n`, always as long in JSON.
    pub fn nth(n: u64) -> Self {
        Self {
            kind: if n.is_multiple_of(2) { Kind::Deposited } else { Kind::Withdrawn },
            account: 1_000_000 + (n % 9_000_000) as u32,
            cents: 10_000 + n % 90_000,
            currency: "EUR".into(),
            memo: format!("invoice {:013}", n % 10_000_000_000_000),
        }
    }

    /// The event as the bare loops store it.
    pub fn json(n: u64) -> serde_json::Result<Vec<u8>> {
        let json = serde_json::to_vec(&Self::nth(n))?;
        debug_assert_eq!(json.len(), 100);
        Ok(json)
    }
}
