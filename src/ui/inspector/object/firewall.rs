//! The fields of Azure Firewalls and their policies.

use super::azure::ports;
use super::fields::{Fields, head};
use super::joined;
use crate::engine::azure::firewall::{private_address, public_addresses};
use crate::model::firewall::{
    Firewall, FirewallAction, FirewallAddress, FirewallPolicy, FirewallRule, RuleCollection,
    RuleMatch,
};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;

/// The fields of `object`; `None` if there is no such object.
pub(super) fn fields(network: &Network, object: &Ref) -> Option<Fields> {
    if object.kind == Kind::Firewall {
        let found = network.firewall(&object.name).map(|it| of(network, it));
        return found.or_else(|| head(network, object));
    }
    let mut policies = network.firewall_policies.iter();
    if let Some(policy) = policies.find(|it| it.reference() == *object) {
        return Some(of_policy(policy));
    }
    // A rule collection group is a document of its own.
    let mut fields = head(network, object)?;
    let all = network.firewall_policies.iter();
    let all = all.flat_map(|policy| &policy.collections);
    for collection in all.filter(|it| it.object == *object) {
        collected(collection, &mut fields);
    }
    Some(fields)
}

fn of(network: &Network, firewall: &Firewall) -> Fields {
    let mut fields = Fields::new(&firewall.meta);
    let private = private_address(network, firewall);
    let private = private.map(|ip| ip.to_string());
    fields.add("privateIPAddress", private.unwrap_or_default());
    let public = public_addresses(network, firewall);
    fields.add("publicIPAddress", joined(&public));
    fields.add("subnet", firewall.subnet.reference().to_string());
    let policy = firewall.policy.as_deref();
    fields.add("firewallPolicy", policy.unwrap_or_default());
    for collection in &firewall.collections {
        collected(collection, &mut fields);
    }
    fields
}

fn of_policy(policy: &FirewallPolicy) -> Fields {
    let mut fields = Fields::new(&policy.meta);
    let base = policy.base.as_deref();
    fields.add("basePolicy", base.unwrap_or_default());
    if let Some(ranges) = &policy.private_ranges {
        fields.add("snat.privateRanges", joined(ranges));
    }
    for collection in &policy.collections {
        collected(collection, &mut fields);
    }
    fields
}

/// One row for a collection, and one for each of its rules.
fn collected(collection: &RuleCollection, fields: &mut Fields) {
    let action = match collection.action {
        FirewallAction::Allow => "Allow",
        FirewallAction::Deny => "Deny",
        FirewallAction::Dnat => "DNAT",
    };
    let (priority, name) = (collection.priority, &collection.name);
    fields.add("ruleCollection", format!("{priority} {action} {name}"));
    for rule in &collection.rules {
        fields.add("rule", rule_text(rule));
    }
}

fn rule_text(rule: &FirewallRule) -> String {
    let from = addresses(&rule.sources);
    let what = match &rule.matches {
        RuleMatch::Nat {
            protocols,
            destinations,
            ports: range,
            address,
            port,
        } => {
            let to = address.map(|ip| ip.to_string()).unwrap_or_default();
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            let (protocol, at) = (protocol_names(protocols), addresses(destinations));
            format!("{protocol} {from} → {at}:{} ⇒ {to}{port}", ports(range))
        }
        RuleMatch::Network {
            protocols,
            destinations,
            names,
            ports: range,
        } => {
            let mut to: Vec<String> = names.iter().map(ToString::to_string).collect();
            if !destinations.is_empty() {
                to.insert(0, addresses(destinations));
            }
            let protocol = protocol_names(protocols);
            format!("{protocol} {from} → {}:{}", to.join(","), ports(range))
        }
        RuleMatch::Application { protocols, names } => {
            let protocols = protocols.iter();
            let protocols = protocols.map(|(protocol, port)| format!("{protocol:?}:{port}"));
            let protocols: Vec<String> = protocols.collect();
            format!("{} {from} → {}", protocols.join(","), joined(names))
        }
    };
    format!("{what} ({})", rule.name)
}

fn protocol_names(protocols: &[Protocol]) -> String {
    if protocols.is_empty() {
        "Any".to_owned()
    } else {
        joined(protocols)
    }
}

fn addresses(of: &[FirewallAddress]) -> String {
    let texts = of.iter().map(|address| match address {
        FirewallAddress::Any => "*".to_owned(),
        FirewallAddress::Net(net) => net.to_string(),
        FirewallAddress::Range(first, last) => format!("{first}-{last}"),
        FirewallAddress::Tag(tag) => tag.to_string(),
    });
    texts.collect::<Vec<_>>().join(",")
}
