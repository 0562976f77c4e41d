//! Domain names: compared without regard to case, kept without the final dot.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Lower case, without the final dot.
pub fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// What stands before `zone` in `name` (both normal): nothing for the zone itself, `None` outside of it.
pub fn within<'a>(name: &'a str, zone: &str) -> Option<&'a str> {
    let rest = name.strip_suffix(zone)?;
    if rest.is_empty() || zone.is_empty() {
        return Some(rest);
    }
    rest.strip_suffix('.')
}

/// The number of labels.
pub fn labels(name: &str) -> usize {
    name.split('.').filter(|label| !label.is_empty()).count()
}

/// The address that a name below `in-addr.arpa` or `ip6.arpa` stands for.
pub fn reverse(name: &str) -> Option<IpAddr> {
    if let Some(rest) = within(name, "in-addr.arpa") {
        let parts: Vec<&str> = rest.split('.').rev().collect();
        let address: Ipv4Addr = parts.join(".").parse().ok()?;
        return Some(IpAddr::V4(address));
    }
    let digits: String = within(name, "ip6.arpa")?.split('.').rev().collect();
    if digits.len() != 32 || !digits.is_ascii() {
        return None;
    }
    let number = u128::from_str_radix(&digits, 16).ok()?;
    Some(IpAddr::V6(Ipv6Addr::from(number)))
}

/// The name below which the names of an address are found, with the final dot: no search list is tried for it.
pub fn pointer(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa.")
        }
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", u128::from(address));
            let digits: Vec<String> = digits.chars().rev().map(String::from).collect();
            format!("{}.ip6.arpa.", digits.join("."))
        }
    }
}

/// Whether a query can carry the name: labels of 1 to 63 characters without blanks, at most 253 in all.
pub fn is_valid(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_graphic());
        plain && (1..=63).contains(&label.len())
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// An address as a label: dots and colons become dashes.
pub fn dashed(address: IpAddr) -> String {
    address.to_string().replace(['.', ':'], "-")
}

/// The address that [`dashed`] would make this label of.
pub fn undashed(label: &str) -> Option<IpAddr> {
    if label.matches('-').count() == 3 && !label.contains("--") {
        return label.replace('-', ".").parse().ok();
    }
    label.replace('-', ":").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_within_its_zone_only_at_a_dot() {
        assert_eq!(within("a.b.example", "example"), Some("a.b"));
        assert_eq!(within("example", "example"), Some(""));
        assert_eq!(within("badexample", "example"), None);
    }

    #[test]
    fn reverse_names_give_addresses_back() {
        let ip = |text: &str| text.parse::<IpAddr>().ok();
        assert_eq!(reverse("10.0.244.10.in-addr.arpa"), ip("10.244.0.10"));
        assert_eq!(reverse("0.244.10.in-addr.arpa"), None);
        let long = format!("1.{}8.b.d.0.1.0.0.2.ip6.arpa", "0.".repeat(23));
        assert_eq!(reverse(&long), ip("2001:db8::1"));
        assert_eq!(reverse("ip6.arpa"), None);
        for text in ["10.244.0.10", "2001:db8::1"] {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(reverse(&normal(&pointer(address))), Some(address));
        }
    }

    #[test]
    fn dashed_addresses_give_addresses_back() {
        for text in ["10.244.0.10", "fd00::1", "1::"] {
            let address = text.parse().unwrap();
            assert_eq!(undashed(&dashed(address)), Some(address));
        }
        assert_eq!(undashed("web"), None);
        assert_eq!(undashed("1-2-3"), None);
    }
}
