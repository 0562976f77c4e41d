//! The fabric: one namespace that stands for Azure between the machines.
//!
//! Each machine's interface has the routing table of its subnet, made of the effective routes;
//! where a route delivers, the owner of every known address gets a route of its own, and all
//! else is a black hole. Netfilter does the rest: network interfaces that let only their own
//! addresses pass, peerings without forwarded traffic, load balancers (a mark for each member,
//! kept with the connection, leads to the member), and public addresses.

mod balancers;
mod edges;
mod routes;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::places::{Places, What};
use crate::engine::azure::nic::Nic;
use crate::engine::dataplane::Dataplane;
use crate::model::azure::SubnetId;
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::HostNetwork;

/// The first table of a subnet; those of marks follow further up.
const TABLES: usize = 1000;
const MARKED: usize = 5000;

/// What `ip` and `iptables-restore` are told in the fabric's namespace.
pub(super) struct Fabric {
    pub ip: String,
    pub rules: String,
}

/// A machine's link to the fabric.
struct Port<'a> {
    device: &'a str,
    side: Side<'a>,
    addresses: Vec<IpAddr>,
}

/// Where a machine stands.
#[derive(Clone, PartialEq)]
enum Side<'a> {
    Nic(&'a Nic),
    OnPremises(Arc<str>, IpAddr),
    Internet,
}

/// Machines that share a routing table.
#[derive(Clone, PartialEq)]
enum Class {
    Subnet(SubnetId),
    OnPremises(Arc<str>),
    Internet,
}

struct Builder<'a> {
    plane: &'a Dataplane,
    ports: Vec<Port<'a>>,
    ip: Vec<String>,
    mangle: Table,
    nat: Table,
    filter: Table,
}

#[derive(Default)]
struct Table {
    chains: BTreeSet<String>,
    rules: Vec<String>,
}

impl Table {
    fn push(&mut self, chain: &str, rule: &str) {
        let built_in = ["PREROUTING", "FORWARD", "POSTROUTING"];
        if !built_in.contains(&chain) {
            self.chains.insert(chain.to_owned());
        }
        self.rules.push(format!("-A {chain} {rule}"));
    }

    fn save(&self, name: &str, text: &mut String) {
        line!(text, "*{name}");
        for chain in &self.chains {
            line!(text, ":{chain} - [0:0]");
        }
        for rule in &self.rules {
            line!(text, "{rule}");
        }
        line!(text, "COMMIT");
    }
}

impl Fabric {
    pub fn of(places: &Places<'_>) -> Self {
        let mut builder = Builder {
            plane: places.plane,
            ports: ports(places),
            ip: vec!["link set lo up".to_owned()],
            mangle: Table::default(),
            nat: Table::default(),
            filter: Table::default(),
        };
        builder.build();
        let mut rules = String::new();
        builder.mangle.save("mangle", &mut rules);
        builder.nat.save("nat", &mut rules);
        builder.filter.save("filter", &mut rules);
        Self {
            ip: builder.ip.join("\n") + "\n",
            rules,
        }
    }
}

fn ports<'a>(places: &'a Places<'_>) -> Vec<Port<'a>> {
    let addresses = &places.plane.addresses;
    let of_place = places.places.iter().filter_map(|place| {
        let (side, own) = match &place.what {
            What::Pod(..) => return None,
            What::Internet(ip) => (Side::Internet, vec![IpAddr::V4(*ip)]),
            What::Host(host, ip) => {
                let ip = IpAddr::V4(*ip);
                match &host.network {
                    HostNetwork::Internet => (Side::Internet, vec![ip]),
                    HostNetwork::OnPremises(name) => (Side::OnPremises(name.clone(), ip), vec![ip]),
                    HostNetwork::Subnet(_) => {
                        (Side::Nic(addresses.nic(&place.reference)?), vec![ip])
                    }
                }
            }
            What::Node(..) => {
                let nic = addresses.nic(&place.reference)?;
                let mut own = vec![nic.primary];
                own.extend(places.places.iter().filter_map(|it| match &it.what {
                    What::Pod(pod, ..) => pod.ip().filter(|ip| nic.secondary.contains(ip)),
                    _ => None,
                }));
                (Side::Nic(nic), own)
            }
        };
        Some(Port {
            device: &place.id,
            side,
            addresses: own,
        })
    });
    of_place.collect()
}

/// Matches one of so many packets, as those who pick the first of what is left do.
fn one_of(left: usize) -> String {
    let left = u32::try_from(left).unwrap_or(u32::MAX);
    if left < 2 {
        return String::new();
    }
    format!(
        "-m statistic --mode random --probability {:.9} ",
        1.0 / f64::from(left)
    )
}

impl Port<'_> {
    fn class(&self) -> Class {
        match &self.side {
            Side::Nic(nic) => Class::Subnet(nic.subnet.clone()),
            Side::OnPremises(name, _) => Class::OnPremises(name.clone()),
            Side::Internet => Class::Internet,
        }
    }

    fn nic(&self) -> Option<&Nic> {
        match &self.side {
            Side::Nic(nic) => Some(nic),
            Side::OnPremises(..) | Side::Internet => None,
        }
    }
}

impl Builder<'_> {
    fn network(&self) -> &Network {
        &self.plane.network
    }

    fn build(&mut self) {
        let mut classes: Vec<Class> = Vec::new();
        for index in 0..self.ports.len() {
            let (device, class) = (self.ports[index].device, self.ports[index].class());
            let known = classes.iter().position(|it| *it == class);
            let table = TABLES + known.unwrap_or(classes.len());
            if known.is_none() {
                classes.push(class);
            }
            self.ip.push(format!("link set {device} arp off up"));
            self.ip
                .push(format!("rule add iif {device} lookup {table} pref {table}"));
            let mark = index + 1;
            let by_mark = MARKED + mark;
            self.ip.push(format!(
                "rule add fwmark {mark} lookup {by_mark} pref {mark}"
            ));
            self.ip
                .push(format!("route add default dev {device} table {by_mark}"));
        }
        for (index, class) in classes.iter().enumerate() {
            self.table(TABLES + index, class);
            self.load_balancers(class);
        }
        for index in 0..self.ports.len() {
            self.interface(index);
            self.public_address(index);
            self.outbound(index);
        }
        self.peerings();
        // Answers to what a private address sent to the internet go back to its interface.
        self.mangle.push(
            "PREROUTING",
            "-i i+ -m conntrack --ctdir REPLY -j CONNMARK --restore-mark",
        );
    }

    fn device(&self, owner: &Ref) -> Option<&str> {
        let port = self
            .ports
            .iter()
            .find(|it| it.nic().is_some_and(|nic| nic.owner == *owner))?;
        Some(port.device)
    }

    fn mark(&self, owner: &Ref) -> Option<usize> {
        let index = self
            .ports
            .iter()
            .position(|it| it.nic().is_some_and(|nic| nic.owner == *owner))?;
        Some(index + 1)
    }
}
