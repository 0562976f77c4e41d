//! Section 5.6: SNAT ports by the size of the pool, by hand, of a NAT gateway; and that walks say the same.

mod routed;

use super::{Held, Share, all};
use crate::engine::azure::nic::Nic;
use crate::engine::azure::snat::{Outbound, outbound};
use crate::engine::explain::{Arg, Explanation};
use crate::engine::plan::outbound as ways;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::model::network::Network;
use crate::model::packet::{Packet, Protocol};
use crate::scenarios;

/// The kubenet scenario with texts replaced by others.
fn kubenet(changes: &[(&str, &str)], more: &str) -> Network {
    let files = scenarios::find("kubenet").unwrap().files.iter();
    let mut texts: Vec<(String, String)> = files
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for (from, to) in changes {
        let text = texts.iter_mut().find(|(_, text)| text.contains(from));
        let (_, text) = text.unwrap_or_else(|| panic!("`{from}` is not there"));
        *text = text.replacen(from, to, 1);
    }
    texts.push(("more.yaml".to_owned(), more.to_owned()));
    Simulation::new(&Document::from_texts(texts).0)
        .network()
        .clone()
}

/// A share in one line.
fn line(share: &Share) -> String {
    let addresses: Vec<String> = share.addresses.iter().map(ToString::to_string).collect();
    let by = share.by.as_ref().map(ToString::to_string);
    format!(
        "{} {} {} {} {:?} {:?} {}",
        share.node,
        share.held.as_str(),
        by.unwrap_or_default(),
        addresses.join(","),
        share.block,
        share.connections,
        share.why.id
    )
}

fn lines(network: &Network) -> Vec<String> {
    all(network).iter().map(line).collect()
}

/// What a walk says about one more connection.
fn outcome(network: &Network, node: &str, open: u64) -> &'static str {
    let nic = Nic::of_node(network, network.node(node).unwrap()).unwrap();
    let packet = Packet {
        protocol: Protocol::Tcp,
        source: nic.primary,
        destination: "198.51.100.7".parse().unwrap(),
        ..Packet::default()
    };
    match outbound(network, &nic, &packet, u32::try_from(open).unwrap()) {
        Outbound::Translated(_) => "translated",
        Outbound::Unavailable(_, finding) => finding.why.id,
        Outbound::NotModelled(..) => "not-modelled",
    }
}

fn argument(why: &Explanation, name: &str) -> Option<Arg> {
    let mut arguments = why.args.iter();
    let found = arguments.find(|(known, _)| *known == name);
    found.map(|(_, value)| value.clone())
}

#[test]
fn each_node_has_a_block_of_its_own() {
    let network = kubenet(&[], "");
    assert_eq!(
        lines(&network),
        [
            "node/n0 block loadbalancer/kubernetes 20.50.60.71 Some((1024, 2047)) Some(1024) plan-ports-block",
            "node/n1 block loadbalancer/kubernetes 20.50.60.71 Some((2048, 3071)) Some(1024) plan-ports-block",
        ]
    );
}

/// The number of connections that a share tells is the one at which walks are dropped.
#[test]
fn walks_are_dropped_from_the_told_connection_on() {
    let gateway = GATEWAY.replace("[{id: one}, {id: two}]", "[{id: one}]");
    for (network, exhausted) in [
        (kubenet(&[], ""), "why-azure-snat-all-in-use"),
        (
            kubenet(
                &[("10.1.0.0/24}", "10.1.0.0/24, natGateway: {id: out}}")],
                &gateway,
            ),
            "why-azure-snat-nat-gateway-exhausted",
        ),
    ] {
        for share in all(&network) {
            let connections = share.connections.unwrap();
            let name = &share.node.name;
            assert_eq!(outcome(&network, name, connections - 1), "translated");
            assert_eq!(outcome(&network, name, connections), exhausted);
        }
    }
}

#[test]
fn automatic_ports_follow_the_ladder_and_say_the_next_step() {
    let network = kubenet(&[("count: 2", "count: 51")], "");
    let nodes = network.nodes.len();
    assert_eq!(nodes, 51);
    let shares = all(&network);
    assert_eq!(shares[1].block, Some((1536, 2047)));
    assert!(shares.iter().all(|it| it.connections == Some(512)));
    let ways = ways::all(&network);
    let arithmetic = ways[0].arithmetic.as_ref().unwrap();
    assert_eq!(arithmetic.id, "plan-ports-automatic");
    for (name, value) in [("ports", 512), ("most", 100), ("next", 256)] {
        assert_eq!(
            argument(arithmetic, name),
            Some(Arg::Number(value)),
            "{name}"
        );
    }
}

#[test]
fn ports_that_are_set_may_leave_a_node_without_any() {
    let set = "loadBalancerProfile:\n      allocatedOutboundPorts: 32008";
    let network = kubenet(&[("loadBalancerProfile:", set)], "");
    assert_eq!(
        lines(&network),
        [
            "node/n0 block loadbalancer/kubernetes 20.50.60.71 Some((1024, 33031)) Some(32008) plan-ports-block",
            "node/n1 none loadbalancer/kubernetes  None None why-azure-snat-exhausted",
        ]
    );
    let ways = ways::all(&network);
    let arithmetic = ways[0].arithmetic.as_ref().unwrap();
    assert_eq!(arithmetic.id, "plan-ports-set");
    let counted = &ways[0].why;
    assert_eq!(argument(counted, "nodes"), Some(Arg::Number(1)));
    assert_eq!(argument(counted, "taken"), Some(Arg::Number(32008)));
    assert_eq!(argument(arithmetic, "most"), Some(Arg::Number(1)));
    assert_eq!(argument(arithmetic, "nodes"), Some(Arg::Number(2)));
}

/// Automatic ports are given out of each address, and a block by hand lies on one of them.
#[test]
fn more_addresses_mean_more_automatic_ports_and_room_for_more_blocks() {
    let second = "effectiveOutboundIPs:\n        - id: two";
    let two = [("effectiveOutboundIPs:", second)];
    let network = kubenet(&two, GATEWAY);
    assert_eq!(
        line(&all(&network)[1]),
        "node/n1 block loadbalancer/kubernetes 20.1.0.2,20.50.60.71 Some((2048, 3071)) Some(2048) plan-ports-block"
    );
    let taken = argument(&ways::all(&network)[0].why, "taken");
    assert_eq!(taken, Some(Arg::Number(4096)));
    let set = (
        "loadBalancerProfile:",
        "loadBalancerProfile:\n      allocatedOutboundPorts: 32008",
    );
    let network = kubenet(&[two[0], set], GATEWAY);
    let shares = all(&network);
    assert!(shares.iter().all(|it| it.block == Some((1024, 33031))));
}

const GATEWAY: &str = "
{type: Microsoft.Network/natGateways, name: out, properties: {publicIpAddresses: [{id: one}, {id: two}]}}
---
{type: Microsoft.Network/publicIPAddresses, name: one, properties: {ipAddress: 20.1.0.1}}
---
{type: Microsoft.Network/publicIPAddresses, name: two, properties: {ipAddress: 20.1.0.2}}
";

#[test]
fn a_nat_gateway_hands_out_ports_on_demand() {
    let attached = [("10.1.0.0/24}", "10.1.0.0/24, natGateway: {id: out}}")];
    let shares = all(&kubenet(&attached, GATEWAY));
    assert_eq!(
        line(&shares[0]),
        "node/n0 on-demand natgateway/out 20.1.0.1,20.1.0.2 None Some(129024) plan-ports-on-demand"
    );
}

#[test]
fn a_node_with_an_address_of_its_own_needs_no_ports_and_one_without_a_way_out_has_none() {
    let address = "{type: InternalIP, address: 10.1.0.4}";
    let external =
        "{type: InternalIP, address: 10.1.0.4}\n    - {type: ExternalIP, address: 20.1.0.9}";
    let shares = all(&kubenet(&[(address, external)], ""));
    assert_eq!(
        line(&shares[0]),
        "node/n0 own-address node/n0 20.1.0.9 None None plan-ports-own"
    );
    assert_eq!(shares[1].held, Held::Block);
    let closed = all(&kubenet(
        &[("outboundType: loadBalancer", "outboundType: none")],
        "",
    ));
    assert_eq!(closed[0].connections, None);
    assert_ne!(closed[0].held, Held::Block);
}

/// "Each LB rule/NAT rule port occupies a block of 8 ports of that frontend" (section 5.6).
#[test]
fn rules_on_the_outbound_address_take_eight_ports_each() {
    let service = "{apiVersion: v1, kind: Service, metadata: {name: shared}, spec: {type: LoadBalancer, loadBalancerIP: 20.50.60.71, selector: {app: web}, ports: [{name: a, port: 81, targetPort: 8080}, {name: b, port: 82, targetPort: 8080}]}}";
    // Two nodes with all the ports of one address between them: without rules they fit, with them the second has none.
    let profile = [(
        "        - id: outbound-ip",
        "        - id: outbound-ip\n      allocatedOutboundPorts: 32000",
    )];
    let all = |network: &Network| {
        ways::all(network)
            .iter()
            .map(|it| argument(&it.why, "all"))
            .collect::<Vec<_>>()
    };
    let alone = kubenet(&profile, "");
    assert_eq!(all(&alone), [Some(Arg::Number(64_000))]);
    assert_eq!(outcome(&alone, "n1", 0), "translated");
    let shared = kubenet(&profile, service);
    assert_eq!(all(&shared), [Some(Arg::Number(63_984))]);
    assert_eq!(outcome(&shared, "n0", 0), "translated");
    assert_eq!(outcome(&shared, "n1", 0), "why-azure-snat-exhausted");
}
