//! Rules of a node at three sizes: how long they take to build, and a packet to pass them.
//!
//! Run with `cargo bench --bench netfilter`. No assertion depends on time.

mod measure;

use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;

use kubehop::engine::choice::Choice;
use kubehop::engine::netfilter::eval::{HookContext, Recent};
use kubehop::engine::netfilter::interfaces::{Interface, NodeInterfaces};
use kubehop::engine::netfilter::node_rules::NodeRules;
use kubehop::engine::netfilter::rule::Hook;
use kubehop::engine::netfilter::ruleset::Ruleset;
use kubehop::model::kube::{
    Endpoint, EndpointPort, EndpointSlice, KubeProxyConfiguration, Meta, Node, Service,
    ServicePort, ServiceType,
};
use kubehop::model::network::Network;
use kubehop::model::packet::Packet;

use measure::{growth, median};

fn main() {
    let interfaces = NodeInterfaces::new(vec![Interface::new("eth0", vec![ip(10, 1, 4)])]);
    let (mut builds, mut passes) = (Vec::new(), Vec::new());
    for count in [50, 500, 5_000] {
        let network = network(count);
        let node = &network.nodes[0];
        let build = median(11, || {
            black_box(NodeRules::build(black_box(&network), node, &interfaces));
        });
        let rules = NodeRules::build(&network, node, &interfaces);
        let pass = median(2001, || {
            black_box(pass(&rules, &interfaces));
        });
        println!(
            "{count} Services x 10 endpoints: build {} rules in {build:?}; PREROUTING, FORWARD and POSTROUTING in {pass:?}",
            rules.rule_count()
        );
        builds.push((count, build));
        passes.push((count, pass));
    }
    growth(
        "building a node's rules",
        "Services of ten endpoints",
        &builds,
    );
    growth(
        "a packet through them",
        "Services of ten endpoints",
        &passes,
    );
}

fn pass(rules: &Ruleset, interfaces: &NodeInterfaces) -> Packet {
    let recent = Recent::default();
    let mut context = HookContext::new(interfaces, &recent);
    let mut choice = Choice::first();
    let mut packet = Packet {
        source: ip(10, 244, 10),
        destination: ip(172, 0, 7),
        destination_port: 80,
        ..Packet::default()
    };
    for hook in [Hook::Prerouting, Hook::Forward, Hook::Postrouting] {
        context.output = Some("eth0");
        packet = rules.run(hook, &packet, &context, &mut choice).packet;
    }
    packet
}

fn network(count: usize) -> Network {
    let numbers = || 0..u16::try_from(count).unwrap_or(u16::MAX);
    Network {
        nodes: vec![Node {
            meta: meta("n0"),
            internal_ips: vec![ip(10, 1, 4)],
            ..Node::default()
        }]
        .into(),
        services: numbers().map(service).collect(),
        slices: numbers().map(slice).collect(),
        kube_proxy: Some(KubeProxyConfiguration {
            cluster_cidr: "10.244.0.0/16".parse().into_iter().collect(),
            ..KubeProxyConfiguration::default()
        }),
        ..Network::default()
    }
}

fn meta(name: &str) -> Meta {
    Meta {
        namespace: Arc::from("default"),
        name: Arc::from(name),
        ..Meta::default()
    }
}

/// Every second Service has a node port.
fn service(number: u16) -> Service {
    let node_port = number.is_multiple_of(2).then_some(30000 + number / 2);
    Service {
        meta: meta(&format!("service-{number}")),
        service_type: if node_port.is_some() {
            ServiceType::NodePort
        } else {
            ServiceType::ClusterIp
        },
        cluster_ips: vec![ip(172, number / 250, number % 250)],
        ports: vec![ServicePort {
            port: 80,
            node_port,
            ..ServicePort::default()
        }],
        ..Service::default()
    }
}

fn slice(number: u16) -> EndpointSlice {
    let endpoint = |place: u16| Endpoint {
        addresses: vec![ip(10, number % 250, place * 25 + number / 250)],
        ready: true,
        serving: true,
        terminating: false,
        hostname: None,
        node_name: Some(Arc::from("n1")),
        zone: None,
        zone_hints: Vec::new(),
        node_hints: Vec::new(),
        target: None,
    };
    EndpointSlice {
        meta: meta(&format!("service-{number}-1")),
        service: Arc::from(format!("service-{number}")),
        ports: vec![EndpointPort {
            port: Some(8080),
            ..EndpointPort::default()
        }],
        endpoints: (0..10).map(endpoint).collect(),
        ..EndpointSlice::default()
    }
}

fn ip(first: u8, third: u16, last: u16) -> IpAddr {
    IpAddr::from([first, 16, third.to_be_bytes()[1], last.to_be_bytes()[1]])
}
