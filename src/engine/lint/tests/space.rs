//! What one security rule leaves of another.

use crate::engine::lint::rule_space::{Names, Space};
use crate::model::azure::{AddressPrefix, NsgProtocol, SecurityRule};

fn side(text: &str) -> Vec<AddressPrefix> {
    text.split(',')
        .map(|part| match part.parse() {
            Ok(net) => AddressPrefix::Net(net),
            Err(_) if part == "*" => AddressPrefix::Any,
            Err(_) => AddressPrefix::Tag(part.into()),
        })
        .collect()
}

fn rule(protocol: Option<NsgProtocol>, from: &str, to: &str, ports: &[(u16, u16)]) -> SecurityRule {
    SecurityRule {
        protocol,
        sources: side(from),
        destinations: side(to),
        destination_ports: ports.to_vec(),
        ..SecurityRule::default()
    }
}

/// Whether the later rule is left with nothing.
fn covered(earlier: &[SecurityRule], later: &SecurityRule) -> bool {
    let mut names = Names::default();
    let mut left = Space::of(later, &mut names, |_| Vec::new());
    for rule in earlier {
        let space = Space::of(rule, &mut names, |tag| match tag {
            "VirtualNetwork" => vec!["10.1.0.0/16".parse().unwrap()],
            _ => Vec::new(),
        });
        left = left.without(&space).unwrap();
    }
    left.is_empty()
}

#[test]
fn a_wider_rule_covers_a_narrower_one_and_not_the_other_way_round() {
    let tcp = Some(NsgProtocol::Tcp);
    let wide = rule(None, "*", "10.1.0.0/16", &[]);
    let narrow = rule(tcp, "10.2.0.0/24", "10.1.0.0/24", &[(80, 80)]);
    assert!(covered(std::slice::from_ref(&wide), &narrow));
    assert!(!covered(&[narrow], &wide));
}

#[test]
fn several_rules_cover_together_what_none_covers_alone() {
    let tcp = Some(NsgProtocol::Tcp);
    let halves = [
        rule(tcp, "*", "10.1.0.0/25", &[]),
        rule(tcp, "*", "10.1.0.128/25", &[(0, 443)]),
        rule(tcp, "*", "10.1.0.128/25", &[(444, 65535)]),
    ];
    let whole = rule(tcp, "10.2.0.0/16", "10.1.0.0/24", &[]);
    assert!(covered(&halves, &whole));
    assert!(!covered(&halves[..2], &whole));
}

#[test]
fn a_tag_of_unknown_extent_is_covered_by_its_own_name_or_by_everything() {
    let sql = rule(None, "Sql", "*", &[]);
    assert!(covered(&[rule(None, "sql", "*", &[])], &sql));
    assert!(covered(&[rule(None, "*", "*", &[])], &sql));
    assert!(!covered(&[rule(None, "0.0.0.0/0", "*", &[])], &sql));
    assert!(!covered(&[rule(None, "Storage", "*", &[])], &sql));
}

#[test]
fn the_ranges_of_the_virtual_network_are_covered_by_its_tag() {
    let part = rule(None, "10.1.4.0/24", "*", &[]);
    let elsewhere = rule(None, "10.9.0.0/24", "*", &[]);
    let tag = [rule(None, "VirtualNetwork", "*", &[])];
    assert!(covered(&tag, &part));
    assert!(!covered(&tag, &elsewhere));
}
