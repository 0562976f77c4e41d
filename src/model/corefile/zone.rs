//! A zone as a Corefile names it: a domain, or a prefix of addresses that stands for reverse zones.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::normal;

/// The zones of a word: one for a domain; for a prefix such as `10.1.0.0/16` the reverse zones that it covers, cut
/// where labels end (eight bits of IPv4, four of IPv6).
pub(super) fn read(word: &str) -> Vec<Arc<str>> {
    let Ok(net) = word.parse::<IpNet>() else {
        return vec![normal(word)];
    };
    let label = if net.addr().is_ipv4() { 8 } else { 4 };
    let length = net.prefix_len().div_ceil(label).max(1) * label;
    let parts = net.trunc().subnets(length).into_iter().flatten();
    parts.map(|net| reverse(net, length / label)).collect()
}

/// The reverse zone of a prefix with so many labels.
fn reverse(net: IpNet, labels: u8) -> Arc<str> {
    let labels = usize::from(labels);
    let (parts, end): (Vec<String>, &str) = match net.addr() {
        IpAddr::V4(address) => {
            let octets = address.octets();
            (octets.iter().map(u8::to_string).collect(), "in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", address.to_bits());
            (digits.chars().map(String::from).collect(), "ip6.arpa")
        }
    };
    let mut parts: Vec<&str> = parts.iter().take(labels).map(String::as_str).collect();
    parts.reverse();
    parts.push(end);
    Arc::from(parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_stands_for_the_reverse_zones_that_it_covers() {
        let zones =
            |word: &str| -> Vec<String> { read(word).iter().map(ToString::to_string).collect() };
        assert_eq!(zones("Contoso.COM."), ["contoso.com"]);
        assert_eq!(zones("."), [""]);
        assert_eq!(zones("10.1.0.0/16"), ["1.10.in-addr.arpa"]);
        assert_eq!(zones("10.1.2.3/16"), ["1.10.in-addr.arpa"]);
        assert_eq!(
            zones("10.4.0.0/15"),
            ["4.10.in-addr.arpa", "5.10.in-addr.arpa"]
        );
        assert_eq!(zones("10.0.0.7/32"), ["7.0.0.10.in-addr.arpa"]);
        assert_eq!(zones("0.0.0.0/0").len(), 256);
        assert_eq!(zones("2001:db8::/32"), ["8.b.d.0.1.0.0.2.ip6.arpa"]);
        assert_eq!(zones("2001:db8::/31").len(), 2);
    }
}
