const PRIMES: [u32; 5] = [0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f, 0x1656_67b1];

/// XXH32 with the seed 0, by [its specification]. Quick without tables, and a change within four
/// neighbouring bytes of one word always changes it.
///
/// [its specification]: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
pub(super) fn xxh32(bytes: &[u8]) -> u32 {
    let (stripes, rest) = bytes.as_chunks::<16>();
    let mut hash = if stripes.is_empty() { PRIMES[4] } else { accumulate(stripes) };
    hash = hash.wrapping_add(bytes.len() as u32);
    let (words, rest) = rest.as_chunks::<4>();
    for &word in words {
        let word = u32::from_le_bytes(word).wrapping_mul(PRIMES[2]);
        hash = hash.wrapping_add(word).rotate_left(17).wrapping_mul(PRIMES[3]);
    }
    for &byte in rest {
        let byte = u32::from(byte).wrapping_mul(PRIMES[4]);
        hash = hash.wrapping_add(byte).rotate_left(11).wrapping_mul(PRIMES[0]);
    }
    avalanche(hash)
}

fn accumulate(stripes: &[[u8; 16]]) -> u32 {
    let [first, second, ..] = PRIMES;
    let mut lanes = [first.wrapping_add(second), second, 0, first.wrapping_neg()];
    for stripe in stripes {
        let (words, _) = stripe.as_chunks::<4>();
        for (lane, &word) in lanes.iter_mut().zip(words) {
            let word = u32::from_le_bytes(word).wrapping_mul(second);
            *lane = lane.wrapping_add(word).rotate_left(13).wrapping_mul(first);
        }
    }
    let turned = lanes.iter().zip([1, 7, 12, 18]).map(|(lane, by)| lane.rotate_left(by));
    turned.fold(0, u32::wrapping_add)
}

fn avalanche(mut hash: u32) -> u32 {
    hash = (hash ^ hash >> 15).wrapping_mul(PRIMES[1]);
    hash = (hash ^ hash >> 13).wrapping_mul(PRIMES[2]);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::xxh32;

    #[test]
    fn gives_what_the_reference_implementation_gives() {
        let known: [(&str, u32); 4] = [
            ("", 0x02cc_5d05),
            ("a", 0x550d_7456),
            ("abc", 0x32d1_53ff),
            ("Nobody inspects the spammish repetition", 0xe229_3b2f),
        ];
        for (text, hash) in known {
            assert_eq!(xxh32(text.as_bytes()), hash, "{text:?}");
        }
    }
}
