//! Changes of routes: one that is more specific than what drops the packet, or that goes without it; and one by which an
//! answer goes back as the request came, past a firewall that never saw it.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::peering;
use super::propose::{Draft, append, cause, set};
use super::refusal::Refusal;
use super::security::first_file;
use super::written::Written;
use crate::edit::{Command, inline};
use crate::engine::azure::tags::is_public;
use crate::engine::azure::topology::contains;
use crate::engine::explain::{Arg, Explanation};
use crate::model::azure::{Subnet, SubnetId, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// A route that would bring the packet on.
struct Way {
    prefix: IpNet,
    next_hop: &'static str,
    appliance: Option<IpAddr>,
}

pub(super) fn drafts(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    if refusal.place.kind != Kind::Subnet {
        return Vec::new();
    }
    let id = SubnetId {
        vnet: refusal.place.scope.clone(),
        subnet: refusal.place.name.clone(),
    };
    let (Some(vnet), Some(subnet)) = (network.vnet(&id.vnet), network.subnet(&id)) else {
        return Vec::new();
    };
    let destination = refusal.step.before.destination;
    let mut drafts = Vec::new();
    let mut others = network.vnets.iter();
    let other = others.find(|other| {
        other.meta.name != vnet.meta.name && contains(&other.address_space, destination)
    });
    if let Some(other) = other.filter(|_| !contains(&vnet.address_space, destination)) {
        drafts.extend(peering::between(network, vnet, other));
    }
    drafts.extend(peering::on_premises(network, vnet, destination));
    if let Some(way) = Way::to(network, vnet, destination) {
        drafts.extend(way.draft(network, subnet));
    }
    drafts.extend(without(network, refusal));
    drafts
}

/// A way around what never saw the request: an answer takes the way on which the request came.
pub(super) fn around(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let subnet = refusal.routed_by();
    let subnet = subnet.filter(|place| place.kind == Kind::Subnet);
    let draft = subnet.and_then(|place| {
        let id = SubnetId {
            vnet: place.scope.clone(),
            subnet: place.name.clone(),
        };
        let (vnet, subnet) = (network.vnet(&id.vnet)?, network.subnet(&id)?);
        let destination = refusal.step.before.destination;
        Way::to(network, vnet, destination)?.draft(network, subnet)
    });
    draft.into_iter().collect()
}

impl Way {
    /// The way to an address that a route of the subnet can name.
    fn to(network: &Network, vnet: &Vnet, destination: IpAddr) -> Option<Self> {
        let single = IpNet::from(destination);
        let way = |prefix, next_hop, appliance| Self {
            prefix,
            next_hop,
            appliance,
        };
        let mut pods = network.pods.iter();
        let pod = pods.find(|pod| !pod.host_network && pod.ip() == Some(destination));
        let node = pod.and_then(|pod| network.node(pod.node_name.as_deref()?));
        if contains(&vnet.address_space, destination) {
            return Some(way(single, "VnetLocal", None));
        }
        if let Some(node) = node {
            let range = node
                .pod_cidrs
                .iter()
                .find(|range| range.contains(&destination));
            let prefix = range.copied().unwrap_or(single);
            return Some(way(prefix, "VirtualAppliance", node.ip()));
        }
        let mut local = network.local_gateways.iter();
        if local.any(|local| contains(&local.prefixes, destination)) {
            return Some(way(single, "VirtualNetworkGateway", None));
        }
        is_public(destination).then(|| way(single, "Internet", None))
    }

    fn draft(&self, network: &Network, subnet: &Subnet) -> Option<Draft> {
        let what = Explanation::new("fix-route-new")
            .with("prefix", self.prefix)
            .with("hop", self.hop())
            .with("subnet", subnet.reference());
        let table = subnet
            .route_table
            .as_deref()
            .and_then(|name| network.route_table(name));
        if let Some(table) = table {
            let object = table.meta.reference(Kind::RouteTable);
            if let Some(written) = Written::of(network, &object) {
                let list = written.property("routes");
                let known = |name: &str| table.routes.iter().any(|it| *it.meta.name == *name);
                let value = self.value(written.is_nested(), known);
                return Some(Draft::set(what, &object, &written.next(&list), value));
            }
            return None;
        }
        let owner = subnet.reference();
        let written = Written::of(network, &owner)?;
        let taken = |name: &str| network.route_table(name).is_some();
        let stem = format!("{}-routes", subnet.meta.name);
        let numbered = (2..).map(|number: u32| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbered);
        let name = names.find(|name| !taken(name))?;
        let text = format!(
            "type: Microsoft.Network/routeTables\nname: {name}\nproperties:\n  routes:\n    - {}\n",
            inline(&self.value(true, |_| false))
        );
        let object = Ref::new(Kind::RouteTable, name.as_str());
        let commands = vec![
            append(object, written_file(network, subnet), text),
            set(
                &owner,
                &written.property("routeTable"),
                Some(json!({ "id": name })),
            ),
        ];
        Some(Draft {
            what,
            command: Command::Together {
                object: owner,
                commands,
            },
        })
    }

    fn hop(&self) -> Arg {
        match self.appliance {
            Some(address) => address.into(),
            None => self.next_hop.into(),
        }
    }

    fn value(&self, nested: bool, known: impl Fn(&str) -> bool) -> Value {
        let text = self.prefix.addr().to_string().replace(['.', ':'], "-");
        let stem = format!("to-{text}");
        let numbered = (2..).map(|number: u32| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbered);
        let name = names.find(|name| !known(name)).unwrap_or_default();
        let mut properties = json!({
            "addressPrefix": self.prefix.to_string(),
            "nextHopType": self.next_hop,
        });
        if let Some(address) = self.appliance {
            properties["nextHopIpAddress"] = json!(address.to_string());
        }
        if nested {
            return json!({ "name": name, "properties": properties });
        }
        properties["name"] = json!(name);
        properties
    }
}

fn written_file(network: &Network, subnet: &Subnet) -> usize {
    let vnet = Ref::new(Kind::Vnet, subnet.meta.namespace.clone());
    Written::of(network, &vnet).map_or_else(|| first_file(network), |written| written.file)
}

/// Without the route that drops the packet, if somebody wrote one.
fn without(network: &Network, refusal: &Refusal) -> Option<Draft> {
    let (cause, Kind::RouteTable) = cause(refusal)? else {
        return None;
    };
    let written = Written::of(network, &cause.object)?;
    let index = cause.field.strip_prefix("properties.routes")?;
    let path = format!("{}{index}", written.property("routes"));
    written.get(&path)?;
    let what = Explanation::new("fix-route-remove")
        .with("table", cause.object.clone())
        .with("prefix", refusal.step.rule().unwrap_or_default());
    Some(Draft {
        what,
        command: set(&cause.object, &path, None),
    })
}
