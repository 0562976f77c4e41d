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
