//! Outbound translation (sections 5.6 and 2.2).

use super::fixture::{azure_cni, changed, kubenet, network, packet, reference};
use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::snat::{Outbound, outbound, ports_per_node};
use crate::model::network::Network;

const AZURE: &str = include_str!("../../../scenarios/shared/azure.yaml");
const KUBENET: &str = include_str!("../../../scenarios/kubenet/cluster.yaml");
const AZURE_CNI: &str = include_str!("../../../scenarios/azure-cni/cluster.yaml");

/// The source after translation, or why there is none.
fn leave(network: &Network, owner: &str, text: &str) -> String {
    leave_after(network, owner, text, 0)
}

/// The same with connections to the same destination that are open already.
fn leave_after(network: &Network, owner: &str, text: &str, open: u32) -> String {
    let addresses = Addresses::of(network);
    let nic = addresses.nic(&reference(owner)).unwrap();
    match outbound(network, nic, &packet(text), open) {
        Outbound::Translated(translated) => {
            let (after, finding) = translated.apply(0, &packet(text)).unwrap();
            format!(
                "{} {} {}",
                finding.stage.as_str(),
                translated.place,
                after.source_text()
            )
        }
        Outbound::Unavailable(place, finding) => format!("{place} {}", finding.why.id),
        Outbound::NotModelled(what, _) => format!("not modelled: {what}"),
    }
}

#[test]
fn a_node_leaves_with_the_outbound_address_never_with_that_of_a_service() {
    // L-23, K-10, W6: the first port of the node's own block.
    let network = kubenet("");
    let to = "> 198.51.100.20:443";
    assert_eq!(
        leave(&network, "node/n0", &format!("TCP 10.1.0.4 {to}")),
        "azure.lb.outbound loadbalancer/kubernetes 20.50.60.71:1024"
    );
    assert_eq!(
        leave(&network, "node/n1", &format!("UDP 10.1.0.5 {to}")),
        "azure.lb.outbound loadbalancer/kubernetes 20.50.60.71:2048"
    );
}

#[test]
fn there_is_no_outbound_translation_for_icmp() {
    // L-19
    assert_eq!(
        leave(&kubenet(""), "node/n0", "ICMP 10.1.0.4 > 198.51.100.20"),
        "loadbalancer/kubernetes why-azure-snat-icmp"
    );
}

#[test]
fn the_secondary_addresses_of_azure_cni_get_none_from_the_load_balancer() {
    // C-07
    assert_eq!(
        leave(
            &azure_cni(""),
            "node/n0",
            "TCP 10.1.0.10 > 198.51.100.20:443"
        ),
        "loadbalancer/kubernetes why-azure-snat-secondary"
    );
}

#[test]
fn an_address_that_azure_does_not_know_is_not_translated() {
    assert_eq!(
        leave(
            &kubenet(""),
            "node/n0",
            "TCP 10.244.0.10 > 198.51.100.20:443"
        ),
        "node/n0 why-azure-snat-foreign"
    );
}

#[test]
fn ports_per_node_follow_the_size_of_the_pool() {
    // L-14 and the table of section 5.6
    let sizes = [1, 50, 51, 100, 101, 200, 201, 400, 401, 800, 801, 1000];
    let ports: Vec<u32> = sizes
        .iter()
        .map(|nodes| ports_per_node(0, *nodes))
        .collect();
    assert_eq!(
        ports,
        [1024, 1024, 512, 512, 256, 256, 128, 128, 64, 64, 32, 32]
    );
    assert_eq!(ports_per_node(4000, 3), 4000);
}

#[test]
fn a_node_for_which_no_ports_are_left_cannot_leave() {
    // W16: 64,000 ports are one node's worth at 40,000 each.
    let profile = "loadBalancerProfile:\n      allocatedOutboundPorts: 40000";
    let network = changed("kubenet", "loadBalancerProfile:", profile);
    let to = "> 198.51.100.20:443";
    assert!(
        leave(&network, "node/n0", &format!("TCP 10.1.0.4 {to}")).ends_with("20.50.60.71:1024")
    );
    assert_eq!(
        leave(&network, "node/n1", &format!("TCP 10.1.0.5 {to}")),
        "loadbalancer/kubernetes why-azure-snat-exhausted"
    );
}

#[test]
fn new_connections_fail_when_every_port_of_a_node_is_in_use() {
    // W16 and section 5.6: 1,024 ports a node for each address, one for each connection to one destination.
    let network = kubenet("");
    let to = "TCP 10.1.0.4 > 198.51.100.20:443";
    let last = leave_after(&network, "node/n0", to, 1023);
    assert!(last.ends_with("20.50.60.71:2047"), "{last}");
    assert_eq!(
        leave_after(&network, "node/n0", to, 1024),
        "loadbalancer/kubernetes why-azure-snat-all-in-use"
    );
    // Ports that somebody set are for all addresses together.
    let profile = "loadBalancerProfile:\n      allocatedOutboundPorts: 8";
    let few = changed("kubenet", "loadBalancerProfile:", profile);
    assert!(leave_after(&few, "node/n0", to, 7).ends_with("20.50.60.71:1031"));
    assert_eq!(
        leave_after(&few, "node/n0", to, 8),
        "loadbalancer/kubernetes why-azure-snat-all-in-use"
    );
}

#[test]
fn a_nat_gateway_on_the_subnet_comes_before_the_outbound_rule() {
    let azure = AZURE.replace(
        "    - name: nodes\n      properties: {",
        "    - name: nodes\n      properties: {natGateway: {id: nat}, ",
    );
    let nat = "{type: Microsoft.Network/natGateways, name: nat, properties: {publicIpAddresses: [{id: nat-ip}]}}\n---\n{type: Microsoft.Network/publicIPAddresses, name: nat-ip, sku: {name: Standard}, properties: {ipAddress: 20.50.60.90, publicIPAllocationMethod: Static}}";
    let kn = network(&[&azure, KUBENET, nat]);
    assert_eq!(
        leave(&kn, "node/n0", "TCP 10.1.0.4 > 198.51.100.20:443"),
        "azure.natgateway natgateway/nat 20.50.60.90:50000"
    );
    assert_eq!(
        leave(&kn, "node/n0", "ICMP 10.1.0.4 > 198.51.100.20"),
        "natgateway/nat why-azure-snat-nat-gateway-icmp"
    );
    let cn = network(&[&azure, AZURE_CNI, nat]);
    assert!(leave(&cn, "node/n0", "TCP 10.1.0.10 > 198.51.100.20:443").contains("20.50.60.90"));
}

#[test]
fn a_managed_nat_gateway_is_made_and_attached() {
    let network = changed(
        "kubenet",
        "outboundType: loadBalancer",
        "outboundType: managedNATGateway",
    );
    let left = leave(&network, "node/n0", "TCP 10.1.0.4 > 198.51.100.20:443");
    assert!(
        left.starts_with("azure.natgateway natgateway/aks-natgateway "),
        "{left}"
    );
}

#[test]
fn without_outbound_rule_a_pooled_node_has_no_way_out() {
    let network = changed(
        "kubenet",
        "outboundType: loadBalancer",
        "outboundType: userDefinedRouting",
    );
    assert_eq!(
        leave(&network, "node/n0", "TCP 10.1.0.4 > 198.51.100.20:443"),
        "node/n0 why-azure-snat-no-rule"
    );
}

#[test]
fn a_host_leaves_with_its_own_public_address_or_by_default_access() {
    let with_ip = changed(
        "kubenet",
        "spec: {subnet: vnet-a/vms, ip: 10.1.1.4}",
        "spec: {subnet: vnet-a/vms, ip: 10.1.1.4, publicIP: 20.50.60.99}",
    );
    let ping = "ICMP 10.1.1.4 > 198.51.100.20";
    assert_eq!(
        leave(&with_ip, "host/vm-a", ping),
        "azure.publicip host/vm-a 20.50.60.99"
    );
    assert_eq!(
        leave(&kubenet(""), "host/vm-a", ping),
        "not modelled: default outbound access"
    );
}
