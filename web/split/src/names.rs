//! Keys by which a function is known from one build to the next.

use std::collections::BTreeMap;

/// The key of each name: eight hexadecimal digits of a hash over the mangled name without what changes with the
/// compiler (the hashes of crates). Equal names get different keys, in their order.
pub fn keys<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = BTreeMap::<u32, u32>::new();
    names
        .map(|name| {
            let hash = fnv(stable(name).as_bytes(), 0);
            let turn = seen.entry(hash).or_default();
            let key = if *turn == 0 {
                hash
            } else {
                fnv(&turn.to_le_bytes(), hash)
            };
            *turn += 1;
            format!("{key:08x}")
        })
        .collect()
}

/// A mangled name (the compiler's version 0 of mangling) without the `s…_` after each `C` of a crate.
fn stable(name: &str) -> String {
    let mut rest = name;
    let mut text = String::new();
    while let Some(at) = rest.find("Cs") {
        let (before, after) = rest.split_at(at + 1);
        text.push_str(before);
        let end = after.find('_').filter(|end| {
            let mut digits = after[1..*end].bytes();
            digits.all(|byte| byte.is_ascii_alphanumeric())
        });
        rest = end.map_or(after, |end| &after[end + 1..]);
    }
    text + rest
}

/// FNV-1a.
fn fnv(bytes: &[u8], seed: u32) -> u32 {
    bytes.iter().fold(0x811c_9dc5 ^ seed, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_crate_does_not_matter() {
        let of = |name| keys(std::iter::once(name));
        let one = of("_RNvNtCsjDwYYWPTHbC_7kubehop5share6encode");
        assert_eq!(one, of("_RNvNtCs4R0fOd1Jy4G_7kubehop5share6encode"));
        assert_ne!(one, of("_RNvNtCsjDwYYWPTHbC_7kubehop5share6decode"));
    }

    #[test]
    fn equal_names_get_different_keys() {
        let both = keys(["a", "a"].into_iter());
        assert_ne!(both[0], both[1]);
    }
}
