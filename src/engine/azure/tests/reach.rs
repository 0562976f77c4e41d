//! Peerings, gateways, interfaces, owners of addresses (sections 1.6, 7.3, 11).

use super::fixture::{azure_cni, changed, kubenet, network, packet, reference};
use crate::engine::azure::addresses::{Addresses, Owner, PublicOwner};
use crate::engine::azure::gateway::{GatewayDecision, announced, from_on_premises, to_on_premises};
use crate::engine::azure::peering::cross;
use crate::model::network::Network;

const AZURE: &str = include_str!("../../../scenarios/shared/azure.yaml");

fn crossing(network: &Network, from: &str, text: &str) -> String {
    let packet = packet(text);
    match cross(network, from, &packet, packet.destination) {
        None => "no peering".to_owned(),
        Some(crossing) => format!(
            "{} {} {}",
            crossing.to, crossing.allowed, crossing.finding.why.id
        ),
    }
}

#[test]
fn a_peering_carries_what_comes_from_the_virtual_network_itself() {
    let network = kubenet("");
    assert_eq!(
        crossing(&network, "vnet-a", "TCP 10.1.0.4 > 10.2.0.4:443"),
        "vnet-b true why-azure-peering"
    );
    assert_eq!(
        crossing(&network, "vnet-a", "TCP 10.1.0.4 > 10.3.0.4:443"),
        "no peering"
    );
}

#[test]
fn forwarded_traffic_needs_the_consent_of_the_receiving_side() {
    let pod = "TCP 10.244.0.10 > 10.2.0.4:443";
    assert_eq!(
        crossing(&kubenet(""), "vnet-a", pod),
        "vnet-b false why-azure-peering-forwarded-refused"
    );
    let sending = AZURE.replacen(
        "allowForwardedTraffic: false",
        "allowForwardedTraffic: true",
        1,
    );
    assert_eq!(
        crossing(&network(&[&sending]), "vnet-a", pod),
        "vnet-b false why-azure-peering-forwarded-refused"
    );
    let both = AZURE.replace(
        "allowForwardedTraffic: false",
        "allowForwardedTraffic: true",
    );
    assert_eq!(
        crossing(&network(&[&both]), "vnet-a", pod),
        "vnet-b true why-azure-peering-forwarded"
    );
}

/// The fixture in which vnet-b uses the gateway of vnet-a.
fn spoke() -> Network {
    let azure = AZURE
        .replacen(
            "remoteVirtualNetwork: {id: vnet-b}",
            "remoteVirtualNetwork: {id: vnet-b}\n        allowGatewayTransit: true",
            1,
        )
        .replacen(
            "remoteVirtualNetwork: {id: vnet-a}",
            "remoteVirtualNetwork: {id: vnet-a}\n        useRemoteGateways: true",
            1,
        );
    network(&[&azure])
}

#[test]
fn what_comes_through_the_gateway_needs_no_consent_of_a_spoke_that_uses_it() {
    let text = "TCP 192.168.10.5 > 10.2.0.4:443";
    assert_eq!(
        crossing(&spoke(), "vnet-a", text),
        "vnet-b true why-azure-peering-transit"
    );
    assert!(crossing(&kubenet(""), "vnet-a", text).contains("refused"));
}

fn shown(decision: GatewayDecision) -> String {
    match decision {
        GatewayDecision::Passed(passed) => format!(
            "{} {} {}",
            passed.gateway,
            passed.subnet.reference(),
            passed.on_premises
        ),
        GatewayDecision::NoRoute(finding) => finding.why.id.to_owned(),
    }
}

#[test]
fn a_gateway_announces_its_virtual_network_and_the_spokes_that_use_it() {
    let prefixes = |network: &Network| -> Vec<String> {
        let gateway = &network.gateways[0];
        announced(network, gateway)
            .iter()
            .map(|one| one.prefix.to_string())
            .collect()
    };
    assert_eq!(prefixes(&kubenet("")), ["10.1.0.0/16"]);
    assert_eq!(prefixes(&spoke()), ["10.1.0.0/16", "10.2.0.0/16"]);
}

#[test]
fn on_premises_does_not_know_the_pods_of_kubenet() {
    // 1.6, section 11
    let network = kubenet("");
    let from = |to: &str| shown(from_on_premises(&network, "onprem", to.parse().unwrap()));
    assert_eq!(
        from("10.1.0.10"),
        "gateway/vpn-a subnet/vnet-a/GatewaySubnet onprem"
    );
    assert_eq!(from("10.244.0.10"), "why-azure-gateway-not-announced");
    assert_eq!(from("10.2.0.4"), "why-azure-gateway-not-announced");
}

#[test]
fn a_gateway_sends_on_premises_what_a_connected_network_contains() {
    let network = kubenet("");
    let to = |vnet: &str, to: &str| shown(to_on_premises(&network, vnet, to.parse().unwrap()));
    assert_eq!(
        to("vnet-a", "192.168.10.5"),
        "gateway/vpn-a subnet/vnet-a/GatewaySubnet onprem"
    );
    assert_eq!(to("vnet-a", "8.8.8.8"), "why-azure-gateway-unknown");
    assert_eq!(to("vnet-b", "192.168.10.5"), "why-azure-gateway-absent");
    assert!(
        shown(to_on_premises(
            &spoke(),
            "vnet-b",
            "192.168.10.5".parse().unwrap()
        ))
        .contains("vpn-a")
    );
}

#[test]
fn ip_forwarding_is_on_for_kubenet_nodes_and_can_be_written_off() {
    // K-13
    let receives = |network: &Network, address: &str| {
        let addresses = Addresses::of(network);
        let nic = addresses.nic(&reference("node/n1")).unwrap();
        let (passes, finding) = nic.receives(address.parse().unwrap());
        format!("{passes} {}", finding.why.id)
    };
    assert_eq!(
        receives(&kubenet(""), "10.244.1.10"),
        "true why-azure-nic-in-forwarded"
    );
    let off = "{type: Microsoft.Network/networkInterfaces, name: n1-nic, properties: {enableIPForwarding: false, ipConfigurations: [{properties: {privateIPAddress: 10.1.0.5}}]}}";
    assert_eq!(
        receives(&kubenet(off), "10.244.1.10"),
        "false why-azure-nic-in-refused"
    );
    assert_eq!(
        receives(&kubenet(off), "10.1.0.5"),
        "true why-azure-nic-in-own"
    );
    // Azure CNI: pod addresses are the interface's own.
    assert_eq!(
        receives(&azure_cni(""), "10.1.0.40"),
        "true why-azure-nic-in-own"
    );
    assert_eq!(
        receives(&azure_cni(""), "10.244.1.10"),
        "false why-azure-nic-in-refused"
    );
}

#[test]
fn an_appliance_without_ip_forwarding_drops_what_is_not_its_own() {
    //
    let network = changed(
        "kubenet",
        "spec: {subnet: vnet-a/vms, ip: 10.1.1.4}",
        "spec: {subnet: vnet-a/vms, ip: 10.1.1.4, ipForwarding: true}",
    );
    let refused = |network: &Network| {
        let addresses = Addresses::of(network);
        let (passes, finding) = addresses
            .nic(&reference("host/vm-a"))
            .unwrap()
            .receives("8.8.8.8".parse().unwrap());
        (passes, finding.cause.unwrap().field.to_string())
    };
    assert_eq!(refused(&network), (true, "spec.ipForwarding".to_owned()));
    assert_eq!(
        refused(&kubenet("")),
        (false, "spec.ipForwarding".to_owned())
    );
}

#[test]
fn every_address_has_one_owner() {
    let internal = "{apiVersion: v1, kind: Service, metadata: {name: inner, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}, spec: {type: LoadBalancer, clusterIP: 10.0.50.9, loadBalancerIP: 10.1.0.200, selector: {app: web}, ports: [{port: 80, nodePort: 31480}]}}";
    let network = azure_cni(internal);
    let addresses = Addresses::of(&network);
    let private = |ip: &str| match addresses.private("VNET-A", ip.parse().unwrap()) {
        None => "nobody".to_owned(),
        Some(Owner::Pod(pod, node)) => format!("{pod} on {node}"),
        Some(Owner::Frontend { load_balancer, .. }) => load_balancer.to_string(),
        Some(Owner::Nic(owner) | Owner::Firewall(owner) | Owner::PrivateEndpoint(owner)) => {
            owner.to_string()
        }
    };
    assert_eq!(private("10.1.0.4"), "node/n0");
    assert_eq!(private("10.1.0.10"), "pod/default/p0 on node/n0");
    assert_eq!(private("10.1.0.11"), "nobody");
    assert_eq!(private("10.1.1.4"), "host/vm-a");
    assert_eq!(private("10.1.0.200"), "loadbalancer/kubernetes-internal");
    assert_eq!(private("10.2.0.4"), "nobody");
    let public = |ip: &str| match addresses.public(ip.parse().unwrap()) {
        None => "nobody".to_owned(),
        Some(PublicOwner::Frontend { load_balancer, .. }) => load_balancer.to_string(),
        Some(
            PublicOwner::Instance(owner)
            | PublicOwner::Internet(owner)
            | PublicOwner::NatGateway(owner)
            | PublicOwner::Firewall(owner)
            | PublicOwner::Gateway(owner)
            | PublicOwner::Storage(owner),
        ) => owner.to_string(),
    };
    assert_eq!(public("20.50.60.70"), "loadbalancer/kubernetes");
    assert_eq!(public("203.0.113.9"), "host/client");
    assert_eq!(public("203.0.113.10"), "nobody");
    let office = addresses.on_premises("onprem", "192.168.10.5".parse().unwrap());
    assert_eq!(office, Some(&reference("host/op")));
}

#[test]
fn a_basic_internal_load_balancer_is_out_of_reach_across_regions() {
    //
    let inner = "{apiVersion: v1, kind: Service, metadata: {name: inner, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}, spec: {type: LoadBalancer, clusterIP: 10.0.50.9, loadBalancerIP: 10.1.0.200, selector: {app: web}, ports: [{port: 80, nodePort: 31480}]}}";
    let cluster = include_str!("../../../scenarios/kubenet/cluster.yaml");
    let reach = |sku: &str, region: &str| {
        let cluster = cluster.replace(
            "loadBalancerSku: standard",
            &format!("loadBalancerSku: {sku}"),
        );
        let azure = AZURE.replace(
            "name: vnet-b\nlocation: japaneast",
            &format!("name: vnet-b\nlocation: {region}"),
        );
        let network = network(&[&azure, &cluster, inner]);
        crossing(&network, "vnet-b", "TCP 10.2.0.4 > 10.1.0.200:80")
    };
    assert_eq!(
        reach("standard", "westeurope"),
        "vnet-a true why-azure-peering"
    );
    assert_eq!(reach("basic", "japaneast"), "vnet-a true why-azure-peering");
    assert_eq!(
        reach("basic", "westeurope"),
        "vnet-a false why-azure-peering-basic-global"
    );
}
