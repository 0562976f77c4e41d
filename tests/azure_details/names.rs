//! Names: whose address a forwarded query carries (D-05, M-22).

use kubehop::engine::dns::RecordType;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::Detail;
use kubehop::model::object::{Kind, Ref};

use super::simulate;

/// The queries that CoreDNS sends on: source of the packet as it arrives, the server asked, and the node of the pod.
fn forwarded(simulation: &Simulation, name: &str) -> Vec<(String, String, String)> {
    let sender: Ref = "pod/default/p0".parse().unwrap();
    let found = simulation.resolve(&sender, name, RecordType::A).unwrap();
    let mut queries = Vec::new();
    for (_, step) in found.trace.steps() {
        let Detail::Resolved(resolved) = &step.detail else {
            continue;
        };
        let by = &resolved.asked_by;
        if by.kind != Kind::Pod || !by.to_string().starts_with("pod/kube-system/") {
            continue;
        }
        let received = resolved
            .walk
            .as_ref()
            .and_then(|walk| walk.received.as_ref());
        let source = received.expect("the query arrives").packet.source;
        let pod = simulation.network().pod("kube-system", &by.name).unwrap();
        let node = simulation.network().node(pod.node_name.as_deref().unwrap());
        let node = node.and_then(kubehop::model::kube::Node::ip).unwrap();
        queries.push((
            source.to_string(),
            resolved.server.to_string(),
            node.to_string(),
        ));
    }
    assert!(!queries.is_empty(), "CoreDNS asks nobody");
    queries
}

/// D-05: CoreDNS asks the platform from the address of its node, in both models.
#[test]
fn coredns_asks_the_platform_from_the_address_of_its_node() {
    for scenario in ["kubenet", "azure-cni"] {
        for (source, server, node) in forwarded(&simulate(scenario, &[], &[]), "api.contoso.com") {
            assert_eq!(
                (source, server),
                (node, "168.63.129.16".to_owned()),
                "{scenario}"
            );
        }
    }
}

/// M-22: and a custom server of the virtual network, here in a peered one.
#[test]
fn coredns_asks_a_custom_server_from_the_address_of_its_node() {
    let own = [(
        "    addressPrefixes: [10.1.0.0/16]",
        "    addressPrefixes: [10.1.0.0/16]\n  dhcpOptions: {dnsServers: [10.2.0.53]}",
    )];
    let server = "{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: dns-b}, spec: {subnet: vnet-b/default, ip: 10.2.0.53, dnsServer: true}}";
    for scenario in ["kubenet", "azure-cni"] {
        let simulation = simulate(scenario, &own, &[server]);
        for (source, server, node) in forwarded(&simulation, "x.example") {
            assert_eq!(
                (source, server),
                (node, "10.2.0.53".to_owned()),
                "{scenario}"
            );
        }
    }
}
