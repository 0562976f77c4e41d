//! What `az aks show` prints of a cluster, and what packets meet because of it.

use super::{holds, problems, simulate};

fn flow(name: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: {name}}}, spec: {{{spec}}}}}"
    )
}

const POOL: &str = "osType: Linux";
const PLUGIN: &str = "networkPlugin: azure\n";

/// Section 5.6: a public address of the machine comes before the outbound rule of the load balancer.
#[test]
fn nodes_with_public_addresses_leave_by_them() {
    let out = flow(
        "out",
        "from: pod/default/p0, to: host/server, port: 443, expect: {verdict: delivered, source: 198.19.255.254, via: [azure.publicip], avoids: [azure.lb.outbound], reply: delivered}",
    );
    let change = format!("{POOL}\n      enableNodePublicIP: true");
    holds("azure-cni", &[(POOL, &change)], &[&out]);
    let simulation = simulate("azure-cni", &[(POOL, &change)], &[]);
    let public = |node: &kubehop::model::kube::Node| node.external_ips.len();
    let each: Vec<usize> = simulation.network().nodes.iter().map(public).collect();
    assert_eq!(each, [1, 1]);
}

/// README: kube-proxy in mode IPVS is not modelled, wherever that is written.
#[test]
fn the_mode_of_kube_proxy_is_that_of_the_cluster() {
    for (mode, known) in [("IPTABLES", true), ("IPVS", false), ("NFTABLES", false)] {
        let change = format!("{PLUGIN}    kubeProxyConfig: {{enabled: true, mode: {mode}}}\n");
        let verdict = if known { "delivered" } else { "not-modelled" };
        let spec = format!(
            "from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {{verdict: {verdict}}}"
        );
        holds("azure-cni", &[(PLUGIN, &change)], &[&flow("pods", &spec)]);
        let simulation = simulate("azure-cni", &[(PLUGIN, &change)], &[]);
        let told = problems(&simulation, "kube-proxy-mode-not-modelled");
        assert_eq!(told.is_empty(), known, "{mode}: {told:?}");
    }
}

/// Section 2.3: the bridge of Azure CNI; `networkMode` is the field of the API.
#[test]
fn bridge_mode_is_read_from_the_cluster() {
    let change = format!("{PLUGIN}    networkMode: bridge\n");
    let out = flow(
        "out",
        "from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, via: [bridge]}",
    );
    holds("azure-cni", &[(PLUGIN, &change)], &[&out]);
}

/// A pool that was stopped has no machines, whatever its count says.
#[test]
fn a_stopped_pool_has_no_nodes() {
    let list = "agentPoolProfiles:\n";
    let second = "agentPoolProfiles:\n    - {name: idle, count: 3, maxPods: 30, vnetSubnetID: vnet-a/nodes, powerState: {code: CODE}}\n";
    for (code, nodes) in [("Running", 5), ("Stopped", 2)] {
        let change = second.replace("CODE", code);
        let simulation = simulate("azure-cni", &[(list, &change)], &[]);
        assert_eq!(simulation.network().nodes.len(), nodes, "{code}");
        assert_eq!(
            problems(&simulation, "pool-stopped").len(),
            usize::from(nodes == 2)
        );
    }
}

/// README: prefixes of public addresses are not modelled, which is said.
#[test]
fn an_outbound_prefix_is_told() {
    let change = "loadBalancerProfile:\n      outboundIPPrefixes: {publicIPPrefixes: [{id: pfx}]}";
    let written = "loadBalancerProfile:\n      effectiveOutboundIPs:\n        - id: outbound-ip";
    let simulation = simulate("azure-cni", &[(written, change)], &[]);
    assert_eq!(problems(&simulation, "load-balancer-prefix").len(), 1);
    let simulation = simulate("azure-cni", &[], &[]);
    assert_eq!(problems(&simulation, "load-balancer-prefix"), [""; 0]);
}

/// README: prefixes of public addresses are not modelled; a NAT gateway with one is not without addresses, nor is one with
/// an address that no document describes.
#[test]
fn a_nat_gateway_with_unknown_addresses_ends_not_modelled() {
    let change = "addressPrefix: 10.1.0.0/24, natGateway: {id: ng}";
    let gateway = |addresses: &str| {
        format!(
            "{{type: Microsoft.Network/natGateways, name: ng, location: japaneast, sku: {{name: Standard}}, properties: {{{addresses}}}}}"
        )
    };
    let ends = "verdict: not-modelled, endsAt: {stage: azure.natgateway}";
    let spec = format!("from: pod/default/p0, to: host/server, port: 443, expect: {{{ends}}}");
    let icmp = "from: pod/default/p0, to: host/server, protocol: ICMP, expect: {verdict: dropped, endsAt: {place: natgateway/ng}}";
    for addresses in [
        "publicIpPrefixes: [{id: pfx}]",
        "publicIpPrefixes: [{id: pfx}], publicIpAddresses: [{id: outbound-ip}]",
        "publicIpAddresses: [{id: elsewhere}, {id: outbound-ip}]",
    ] {
        let documents = [gateway(addresses), flow("out", &spec), flow("ping", icmp)];
        let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
        holds(
            "azure-cni",
            &[("addressPrefix: 10.1.0.0/24", change)],
            &documents,
        );
    }
}

/// The same of the addresses that a firewall leaves by.
#[test]
fn a_firewall_with_an_undescribed_address_ends_not_modelled() {
    let ends = "verdict: not-modelled, endsAt: {place: firewall/firewall, stage: azure.firewall}";
    let spec = format!("from: pod/default/shop, to: host/partner, port: 443, expect: {{{ends}}}");
    let change = (
        "publicIPAddress: {id: firewall-ip}",
        "publicIPAddress: {id: elsewhere}",
    );
    holds("hub-firewall", &[change], &[&flow("out", &spec)]);
}

/// Section 7.1: which prefixes come by BGP stands in no export; a local network gateway that says no more than its peer's
/// address does not describe them.
#[test]
fn prefixes_that_come_by_bgp_are_not_known() {
    let of_gateway = "addressPrefixes: [192.168.10.0/24]";
    let of_connection = "connectionType: IPsec";
    let bgp = "connectionType: IPsec\n  enableBgp: true";
    let spec =
        |expect: &str| format!("from: host/vm-a, to: 192.168.10.5, port: 80, expect: {{{expect}}}");
    let unknown = spec("verdict: not-modelled, endsAt: {stage: azure.route}");
    let passes = spec("via: [azure.gateway]");
    for (prefixes, connection, spec) in [
        ("", bgp, &unknown),
        ("192.168.10.254/32", bgp, &unknown),
        ("192.168.10.0/24", bgp, &passes),
    ] {
        let prefixes = format!("addressPrefixes: [{prefixes}]");
        let changes = [(of_gateway, &*prefixes), (of_connection, connection)];
        holds("azure-cni", &changes, &[&flow("there", spec)]);
    }
}
