//! Changes of security groups: a rule for just this packet, before the one that refuses it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::propose::{Draft, append, cause, port_text, set};
use super::refusal::Refusal;
use super::service;
use super::written::Written;
use crate::edit::{Command, inline};
use crate::engine::explain::{Arg, Explanation};
use crate::engine::stage::Stage;
use crate::engine::trace::Detail;
use crate::model::azure::{Nsg, SecurityRule};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{Packet, Protocol};
use crate::model::yaml::Node;

/// The priorities that rules may have.
const PRIORITIES: std::ops::RangeInclusive<u32> = 100..=4096;
/// The tag of the load balancer's probes.
const PROBES: &str = "AzureLoadBalancer";

/// A rule that lets one kind of packet pass.
struct Rule {
    inbound: bool,
    protocol: Protocol,
    source: String,
    destination: String,
    port: u16,
}

impl Rule {
    fn of(packet: &Packet, inbound: bool) -> Self {
        Self {
            inbound,
            protocol: packet.protocol,
            source: packet.source.to_string(),
            destination: packet.destination.to_string(),
            port: packet.destination_port,
        }
    }

    /// As a security rule of `nsg`, tried before what has the priority `below`; `None` where there is no room.
    fn value(&self, nsg: Option<&Nsg>, below: u32, nested: bool) -> Option<Value> {
        let rules = nsg.map_or(&[][..], |nsg| &nsg.rules);
        let same = rules.iter().filter(|rule| rule.inbound == self.inbound);
        let taken: BTreeSet<u32> = same.map(|rule| rule.priority).collect();
        let last = below.saturating_sub(1).min(*PRIORITIES.end());
        let mut free = (*PRIORITIES.start()..=last).rev();
        let priority = free.find(|priority| !taken.contains(priority))?;
        let has_ports = self.protocol.has_ports();
        let protocol = match self.protocol {
            Protocol::Sctp => "*",
            other => word(other),
        };
        let port = if has_ports {
            self.port.to_string()
        } else {
            "*".to_owned()
        };
        let (word, way) = (word(self.protocol), if self.inbound { "In" } else { "Out" });
        let stem = if has_ports {
            format!("Allow{word}{}{way}", self.port)
        } else {
            format!("Allow{word}{way}")
        };
        let known = |name: &str| {
            rules
                .iter()
                .any(|it| it.meta.name.eq_ignore_ascii_case(name))
        };
        let numbered = (2..).map(|number: u32| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbered);
        let name = names.find(|name| !known(name))?;
        let properties = json!({
            "priority": priority,
            "direction": if self.inbound { "Inbound" } else { "Outbound" },
            "access": "Allow",
            "protocol": protocol,
            "sourceAddressPrefix": self.source,
            "sourcePortRange": "*",
            "destinationAddressPrefix": self.destination,
            "destinationPortRange": port,
        });
        let mut value = Map::from_iter([("name".to_owned(), json!(name))]);
        match properties {
            Value::Object(properties) if !nested => value.extend(properties),
            properties => {
                value.insert("properties".to_owned(), properties);
            }
        }
        Some(Value::Object(value))
    }

    /// The rule with the priority of the one that refuses, which moves on by one; it stays before all others.
    fn make_room(
        &self,
        nsg: &Nsg,
        priority: u32,
        written: &Written<'_>,
        what: Explanation,
    ) -> Option<Draft> {
        let list = written.property("securityRules");
        let mut same = nsg.rules.iter().filter(|rule| rule.inbound == self.inbound);
        if same.any(|rule| rule.priority == priority + 1) {
            return None;
        }
        let refusing =
            |rule: &&SecurityRule| rule.inbound == self.inbound && rule.priority == priority;
        let name = &*nsg.rules.iter().find(refusing)?.meta.name;
        let named = |item: &Node| item.get("name").and_then(Node::as_str) == Some(name);
        let index = written.items(&list).iter().position(named)?;
        let mut without = nsg.clone();
        without.rules.retain(|rule| !refusing(&rule));
        let nested = written.is_nested();
        let value = self.value(Some(&without), priority + 1, nested)?;
        let properties = if nested { "properties." } else { "" };
        let object = nsg.reference();
        let path = format!("{list}[{index}].{properties}priority");
        let commands = vec![
            set(&object, &path, Some(json!(priority + 1))),
            set(&object, &written.next(&list), Some(value)),
        ];
        Some(Draft {
            what,
            command: Command::Together { object, commands },
        })
    }

    /// The rule in a group that is written, or in one that is written down for it.
    fn draft(&self, network: &Network, nsg: &Ref, below: u32, what: Explanation) -> Option<Draft> {
        let group = network.nsg(&nsg.name);
        if let Some(written) = Written::of(network, nsg) {
            let list = written.property("securityRules");
            let nested = written.is_nested();
            let Some(value) = self.value(group, below, nested) else {
                return self.make_room(group?, below, &written, what);
            };
            return Some(Draft::set(what, nsg, &written.next(&list), value));
        }
        let file = first_file(network);
        let value = self.value(group, below, true)?;
        let text = document(&nsg.name, &value);
        Some(Draft::append(what, nsg.clone(), file, text))
    }
}

/// A protocol as security rules spell it.
const fn word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "Tcp",
        Protocol::Udp => "Udp",
        Protocol::Icmp => "Icmp",
        Protocol::Sctp => "Sctp",
    }
}

/// The file to which what belongs to the whole scenario is added: that of the cluster, or the first one.
pub(super) fn first_file(network: &Network) -> usize {
    let cluster = network.cluster.as_ref();
    let written = cluster.and_then(|cluster| Written::of(network, &cluster.reference()));
    written.map_or(0, |written| written.file)
}

fn document(name: &str, rule: &Value) -> String {
    format!(
        "type: Microsoft.Network/networkSecurityGroups\nname: {name}\nproperties:\n  securityRules:\n    - {}\n",
        inline(rule)
    )
}

pub(super) fn drafts(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let step = &refusal.step;
    let Detail::Filtered {
        nsg: Some(nsg),
        priority,
        ..
    } = &step.detail
    else {
        return Vec::new();
    };
    let inbound = matches!(step.stage, Stage::AzureNsgInNic | Stage::AzureNsgInSubnet);
    let packet = &step.before;
    let mut drafts = Vec::new();
    if inbound {
        drafts.extend(service::source_range(network, refusal));
    }
    let id = if inbound { "fix-nsg-in" } else { "fix-nsg-out" };
    let what = Explanation::new(id)
        .with("nsg", nsg.clone())
        .with("source", packet.source)
        .with("destination", packet.destination)
        .with("port", port_text(refusal));
    drafts.extend(Rule::of(packet, inbound).draft(network, nsg, *priority, what));
    drafts
}

/// A group drops the probes of a load balancer.
pub(super) fn for_probe(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let Some((cause, Kind::Nsg)) = cause(refusal) else {
        return Vec::new();
    };
    let mut args = refusal.step.why.args.iter();
    let port = args.find_map(|(name, arg)| match (*name, arg) {
        ("port", Arg::Number(number)) => u16::try_from(*number).ok(),
        _ => None,
    });
    let rules = network.nsg(&cause.object.name).map(|nsg| &nsg.rules);
    let below = rules
        .into_iter()
        .flatten()
        .filter(|rule| rule.inbound && !rule.allow)
        .map(|rule| rule.priority)
        .min();
    let (Some(port), Some(below)) = (port, below) else {
        return Vec::new();
    };
    let rule = Rule {
        inbound: true,
        protocol: Protocol::Tcp,
        source: PROBES.to_owned(),
        destination: "*".to_owned(),
        port,
    };
    let what = Explanation::new("fix-nsg-probe")
        .with("nsg", cause.object.clone())
        .with("port", i64::from(port));
    rule.draft(network, &cause.object, below, what)
        .into_iter()
        .collect()
}

/// A public address of the Standard SKU needs a group that opens it.
pub(super) fn for_public_ip(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let host = match network.host(&refusal.place.name) {
        Some(host) if refusal.place.kind == Kind::Host => host,
        _ => return Vec::new(),
    };
    let (Some(written), Some(ip)) = (Written::of(network, &host.reference()), host.ip) else {
        return Vec::new();
    };
    if written.get("spec").is_none() {
        return Vec::new();
    }
    let taken = |name: &str| network.nsg(name).is_some();
    let stem = format!("{}-nsg", host.meta.name);
    let numbered = (2..).map(|number: u32| format!("{stem}-{number}"));
    let mut names = std::iter::once(stem.clone()).chain(numbered);
    let Some(name) = names.find(|name| !taken(name)) else {
        return Vec::new();
    };
    let mut rule = Rule::of(&refusal.step.before, true);
    rule.destination = ip.to_string();
    let Some(value) = rule.value(None, 101, true) else {
        return Vec::new();
    };
    let nsg = Ref::new(Kind::Nsg, name.as_str());
    let commands = vec![
        append(nsg, written.file, document(&name, &value)),
        set(
            &host.reference(),
            "spec.networkSecurityGroup",
            Some(json!(name)),
        ),
    ];
    let what = Explanation::new("fix-nsg-new")
        .with("host", host.reference())
        .with("source", refusal.step.before.source)
        .with("port", port_text(refusal));
    vec![Draft {
        what,
        command: Command::Together {
            object: host.reference(),
            commands,
        },
    }]
}
