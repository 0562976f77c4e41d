//! Names that controllers would draw at random, drawn from a hash instead, so that the same input gives the same names.

/// The letters that Kubernetes uses in generated names: no vowels, so that no words arise.
const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// Five letters from what is hashed, like the suffix of a generated name.
pub fn suffix(parts: &[&str]) -> String {
    let mut hash = hash(parts);
    (0..5)
        .map(|_| {
            let letter = LETTERS[usize::try_from(hash % 27).unwrap_or_default()];
            hash /= 27;
            char::from(letter)
        })
        .collect()
}

/// FNV-1a with 64 bits over all parts, each ended by a zero byte; the high half is mixed in.
fn hash(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash ^ (hash >> 32)
}

/// The name of a machine of a scale set: six digits to the base of 36, as Azure counts them.
pub fn scale_set_machine(pool: &str, index: u32) -> String {
    let mut digits = [b'0'; 6];
    let mut rest = index;
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % 36) as usize];
        rest /= 36;
    }
    format!("aks-{pool}-vmss{}", String::from_utf8_lossy(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_is_stable_and_depends_on_every_part() {
        assert_eq!(suffix(&["a", "b"]), suffix(&["a", "b"]));
        assert_ne!(suffix(&["a", "b"]), suffix(&["ab", ""]));
        assert_ne!(suffix(&["web", "0"]), suffix(&["web", "1"]));
        assert_eq!(suffix(&[]).len(), 5);
    }

    #[test]
    fn machines_of_a_scale_set_count_to_the_base_of_36() {
        assert_eq!(scale_set_machine("pool1", 0), "aks-pool1-vmss000000");
        assert_eq!(scale_set_machine("pool1", 10), "aks-pool1-vmss00000a");
        assert_eq!(scale_set_machine("pool1", 36), "aks-pool1-vmss000010");
    }
}
