//! Names resolved as pods, nodes and hosts would.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod cluster;
mod custom;
mod oracle;
mod resolver;
mod zones;

use std::sync::Arc;

use super::index::Index;
use super::resolver::{ResolvConf, vnet_of};
use super::server::Server;
use super::{Answer, Outcome, RecordType};
use crate::engine::control::{reconcile, tests::build};
use crate::model::dns_zone::{DnsZone, RecordData, RecordSet, ZoneLink};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};

/// The kubenet cluster of the fixture with one more pod in `shop`, completed.
fn completed(change: impl FnOnce(&mut Network)) -> Network {
    let mut network = build::kubenet();
    let mut pod = build::pod("buyer", "n0", "", "app=buyer");
    pod.meta.namespace = Arc::from("shop");
    network.pods.push(pod);
    change(&mut network);
    reconcile(network).0
}

/// Sends a query up the chain of servers, from the server that `place` is or asks.
fn ask(network: &Network, server: &Server, name: &str) -> Answer {
    let index = Index::of(network);
    let answer = server.answer(network, &index, name, RecordType::A);
    let Outcome::Forward(next) = answer.outcome.clone() else {
        return answer;
    };
    let Some(address) = answer.upstreams.first().map(|it| it.address) else {
        return answer;
    };
    let vnet = vnet_of(network, &server.place());
    let place = place_of(network, address);
    match Server::at(network, &place, vnet.as_ref()) {
        Some(server) => {
            let later = ask(network, &server, &next);
            let why = later.why.clone();
            Answer {
                why,
                ..answer.completed_by(later)
            }
        }
        None => answer,
    }
}

fn place_of(network: &Network, address: std::net::IpAddr) -> Ref {
    let host = network.hosts.iter().find(|host| host.ip == Some(address));
    host.map_or(
        Ref::bare(Kind::AzureDns),
        crate::model::ours::Host::reference,
    )
}

/// Every query of `sender` for `name` until one has an address, with what came of it.
fn resolve(network: &Network, sender: &str, name: &str) -> String {
    let sender: Ref = sender.parse().unwrap();
    let conf = ResolvConf::of(network, &sender);
    let coredns = Ref::scoped(Kind::Pod, "kube-system", coredns_pod(network));
    let mut lines = String::new();
    for query in conf.queries(name) {
        let first = conf.nameservers[0];
        let vnet = vnet_of(network, &sender);
        let server = if first == network.cluster.as_ref().unwrap().dns_service_ip {
            Server::at(network, &coredns, None).unwrap()
        } else {
            Server::at(network, &place_of(network, first), vnet.as_ref()).unwrap()
        };
        let answer = ask(network, &server, &query.name);
        let line = format!("{first} {} {}\n", query.name, shown(&answer));
        lines.push_str(&line);
        if !answer.addresses().is_empty() {
            break;
        }
    }
    lines
}

fn coredns_pod(network: &Network) -> Arc<str> {
    let pod = network
        .pods
        .iter()
        .find(|pod| pod.meta.labels.get("k8s-app").map(|app| &**app) == Some("kube-dns"));
    pod.unwrap().meta.name.clone()
}

fn shown(answer: &Answer) -> String {
    let aliases = answer
        .aliases()
        .iter()
        .fold(String::new(), |text, alias| text + " -> " + alias);
    let outcome = match (&answer.outcome, answer.rcode()) {
        (Outcome::NotModelled(what), _) => format!("not modelled: {what}"),
        (_, Some(code)) => format!("{code}{aliases} {:?}", answer.addresses()),
        (other, None) => format!("{other:?}"),
    };
    format!("{outcome} {}", answer.why.id)
}

fn zone(name: &str, links: &[&str], private: bool, records: &[(&str, RecordData)]) -> DnsZone {
    DnsZone {
        meta: build::meta("", name),
        private,
        links: links.iter().map(|link| linked(link)).collect(),
        records: records
            .iter()
            .map(|(name, data)| RecordSet {
                name: Arc::from(*name),
                data: data.clone(),
                made_from: None,
            })
            .collect(),
    }
}

fn linked(vnet: &str) -> ZoneLink {
    ZoneLink {
        vnet: Arc::from(vnet),
        registration: false,
        redirect: false,
    }
}

fn addresses(text: &str) -> RecordData {
    RecordData::Addresses(text.split(' ').map(|ip| ip.parse().unwrap()).collect())
}

fn dns_host() -> Host {
    Host {
        meta: build::meta("", "dns"),
        network: HostNetwork::Subnet(crate::model::azure::SubnetId {
            vnet: Arc::from("vnet-a"),
            subnet: Arc::from("vms"),
        }),
        ip: "10.1.1.53".parse().ok(),
        listens: None,
        ip_forwarding: false,
        nsg: None,
        public_ip: None,
        dns_server: true,
        dns_forwards: Vec::new(),
        dns_servers: Vec::new(),
    }
}
